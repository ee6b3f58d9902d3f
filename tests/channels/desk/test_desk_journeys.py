"""Parent and carer side by side, each in a real browser: from the first message to the closed signal, with faults in between."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.store.signal_models import SignalRow

pytestmark = pytest.mark.slow
DANGER = "I have the pills here"
PHONE = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
SOON = 3000  # milliseconds


def write(page, text: str) -> None:
    page.locator("#input").fill(text)
    page.locator("#input").press("Enter")


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for rule in found for node in rule["nodes"]]


def take_first(page) -> None:
    page.get_by_role("link", name="Signal 1").click()
    page.get_by_role("button", name="Take this signal").click()
    expect(page.locator("#facts")).to_contain_text("taken")


def begin_talk(page) -> None:
    take_first(page)
    page.get_by_role("button", name="Begin a talk").click()
    page.get_by_label("Your message").wait_for()


def send(page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


@pytest.fixture
def parent(desk, open_page):
    page = open_page(desk.url)
    write(page, DANGER)
    page.locator(".answer").first.wait_for()
    return page


def test_a_new_signal_appears_by_itself_within_two_seconds(desk, enter, open_page):
    carer = enter("an")
    expect(carer.locator("#content")).to_contain_text("No signal waits")
    page = open_page(desk.url)
    write(page, DANGER)
    page.locator(".answer").first.wait_for()
    start = time.monotonic()
    expect(carer.get_by_role("link", name="Signal 1")).to_be_visible(timeout=2000)
    print(f"on the desk {time.monotonic() - start:.2f} s after the reply")
    expect(carer).to_have_title("(1) Signals that wait · Kiem")
    expect(carer.locator("#told")).to_have_text("New signal: NOW")


def test_from_the_first_message_to_the_closed_signal(desk, enter, parent):
    carer = enter("an")
    begin_talk(carer)
    expect(parent.locator("#with")).to_contain_text("You are talking with an, midwife.", timeout=2 * SOON)
    start = time.monotonic()
    send(carer, "Hello, I am An. Are you safe now?")
    expect(parent.locator(".person")).to_contain_text("Hello, I am An. Are you safe now?", timeout=SOON)
    print(f"carer to parent {time.monotonic() - start:.2f} s")
    expect(parent.locator(".person .signed")).to_have_text("an, midwife")
    expect(carer.locator(".delivery")).to_have_text("delivered", timeout=SOON)
    start = time.monotonic()
    write(parent, "Yes. My sister is here now.")
    expect(carer.locator(".said.parent")).to_contain_text("Yes. My sister is here now.", timeout=SOON)
    print(f"parent to carer {time.monotonic() - start:.2f} s")
    assert "an answer" not in parent.locator("#log").inner_text()
    carer.get_by_label("Outcome").select_option("helped")
    carer.get_by_role("button", name="Close", exact=True).click()
    expect(carer.locator("#facts")).to_contain_text("closed: ".strip(": "))
    expect(parent.locator("#log")).to_contain_text("I am Kiem, a computer program. I answer again.", timeout=SOON)
    expect(parent.locator("#with")).to_be_hidden()
    write(parent, "when do babies eat?")
    expect(parent.locator("#log")).to_contain_text("an answer")


def test_a_restart_in_the_middle_loses_nothing_on_either_side(desk, enter, parent):
    carer = enter("an")
    begin_talk(carer)
    send(carer, "Before the restart")
    expect(parent.locator(".person")).to_contain_text("Before the restart", timeout=2 * SOON)
    desk.stop()  # kill -9
    write(parent, "Written while it was down")
    send(carer, "Written by an while it was down")
    expect(carer.locator("#lost")).to_be_visible(timeout=8000)
    expect(parent.locator("#failure")).to_be_visible()
    desk.start()
    parent.locator("#retry").click()
    expect(carer.locator("#lost")).to_be_hidden(timeout=10000)
    expect(carer.get_by_label("Your message")).to_have_value("Written by an while it was down")
    carer.get_by_label("Your message").press("Enter")
    expect(carer.locator(".said.parent")).to_contain_text("Written while it was down", timeout=10000)
    expect(parent.locator(".person").nth(1)).to_contain_text("Written by an while it was down", timeout=10000)
    expect(carer.locator(".said.carer")).to_have_count(2, timeout=SOON)  # each once
    parent.reload()
    expect(parent.locator("#log")).to_contain_text("Before the restart", timeout=SOON)
    expect(parent.locator(".bubble.own")).to_have_text(["You: Written while it was down"])


def test_the_parent_stops_the_talk_and_kiem_answers_again(desk, enter, parent):
    carer = enter("an")
    begin_talk(carer)
    expect(parent.locator("#with")).to_be_visible(timeout=2 * SOON)
    parent.get_by_role("button", name="Back to Kiem").click()
    expect(parent.locator("#log")).to_contain_text("You have stopped the talk with an, midwife.", timeout=SOON)
    expect(carer.locator("#live")).to_contain_text("You have stopped the talk", timeout=SOON)
    write(parent, "when do babies eat?")
    expect(parent.locator("#log")).to_contain_text("an answer")


def test_what_is_being_written_is_not_lost_when_the_signal_changes(desk, enter, parent):
    an, bea = enter("an"), enter("bea")
    bea.get_by_role("link", name="Signal 1").click()
    bea.get_by_label("A note for the team").fill("half a sentence")
    take_first(an)
    expect(bea.locator("#changed")).to_be_visible(timeout=SOON)
    expect(bea.get_by_label("A note for the team")).to_have_value("half a sentence")
    expect(bea.locator("#facts")).to_contain_text("an")


def test_the_desk_works_by_keyboard_alone(desk, enter, parent):
    carer = enter("an")
    carer.keyboard.press("Tab")
    expect(carer.locator(".skip")).to_be_focused()
    carer.get_by_role("link", name="Signal 1").focus()
    carer.wait_for_timeout(1600)  # the list is renewed meanwhile: the focus stays
    expect(carer.get_by_role("link", name="Signal 1")).to_be_focused()
    carer.keyboard.press("Enter")
    take = carer.get_by_role("button", name="Take this signal")
    take.focus()
    carer.keyboard.press("Enter")
    expect(carer.locator("#facts")).to_contain_text("taken")
    with desk.database.session() as session:
        assert session.get(SignalRow, 1).state == "taken"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_no_violation_on_any_page(desk, enter, parent, open_page, scheme, size):
    login = open_page(f"{desk.url}/desk/login", color_scheme=scheme, **size)
    assert violations(login) == []
    page = enter("cor", color_scheme=scheme, **size)
    page.goto(f"{desk.url}/desk/signals/1")
    page.get_by_role("button", name="Take this signal").click()
    page.get_by_role("button", name="Begin a talk").click()
    send(page, "Hello")
    expect(page.locator(".said.carer")).to_be_visible()
    page.get_by_label("A note for the team").fill("a note")
    page.get_by_role("button", name="Keep the note").click()
    for path in ("signals/1", "signals", "search?q=1", "duty", "audit", "statistics", "signals/77"):
        page.goto(f"{desk.url}/desk/{path}")
        assert violations(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0 or path in ("audit", "statistics"), (path, wide)  # tables of figures may scroll
    expect(parent.locator("#with")).to_be_visible(timeout=2 * SOON)
    assert violations(parent) == []
