"""The chat page for everybody: screen readers, small and enlarged windows, right to left, dark, contrast (axe-core)."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
FEVER = "My baby has a fever, what should I do?"
DANGER = "I want to die"
ARABIC = "طفلي عنده حرارة"
PHONE = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}


def violations(page) -> list[str]:
    page.wait_for_timeout(400)  # a bubble that is still appearing has less contrast
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for rule in found for node in rule["nodes"]]


def overflow(page) -> int:
    """How many pixels can be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_no_violation_before_during_and_around_a_talk(pretend_url, open_page, ask, scheme, size):
    page = open_page(pretend_url, color_scheme=scheme, **size)
    assert violations(page) == []
    ask(page, FEVER)
    ask(page, DANGER)
    assert violations(page) == []
    page.locator("#help-now").click()
    assert violations(page) == []
    page.locator("#help-close").click()
    page.context.set_offline(True)
    page.locator("#input").fill("hello?")
    page.locator("#input").press("Enter")
    expect(page.locator("#failure")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_right_to_left(pretend_url, open_page, ask, scheme):
    page = open_page(pretend_url, locale="ar", color_scheme=scheme)
    assert violations(page) == []
    ask(page, ARABIC)
    assert violations(page) == []


def test_no_violation_on_the_page_of_the_real_bot(page_url, open_page, ask):
    page = open_page(page_url)
    ask(page, FEVER)
    assert violations(page) == []


def test_right_to_left_is_mirrored(pretend_url, open_page, ask):
    boxes = {}
    for locale in ("en-GB", "ar"):
        page = open_page(pretend_url, locale=locale)
        ask(page, ARABIC)
        page.wait_for_timeout(400)
        boxes[locale] = {name: page.locator(name).first.bounding_box() for name in (".own", ".send", "#input", "#leave", ".brand", ".answer .bubble")}
    ltr, rtl = boxes["en-GB"], boxes["ar"]
    assert ltr[".brand"]["x"] < ltr["#leave"]["x"] and rtl[".brand"]["x"] > rtl["#leave"]["x"]
    assert ltr["#input"]["x"] < ltr[".send"]["x"] and rtl["#input"]["x"] > rtl[".send"]["x"]
    assert rtl[".own"]["x"] < rtl[".answer .bubble"]["x"] + rtl[".answer .bubble"]["width"] / 2
    assert abs(rtl[".own"]["x"] - rtl[".send"]["x"]) < 3  # own words at the end of the line: left


def test_each_answer_has_its_own_language_and_direction(pretend_url, open_page, ask):
    page = open_page(pretend_url)
    ask(page, ARABIC)
    ask(page, FEVER)
    assert page.locator(".answer").evaluate_all("all => all.map(one => [one.lang, one.dir])") == [["ar", "rtl"], ["en", "ltr"]]
    expect(page.locator("html")).to_have_attribute("dir", "ltr")


def test_words_that_nobody_translated_are_not_called_arabic(pretend_url, open_page):
    page = open_page(pretend_url, locale="ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expected = page.evaluate("fetch('/chat/texts?language=ar').then(answer => answer.json())")["texts_language"]
    expect(page.locator("html")).to_have_attribute("lang", expected)


@pytest.mark.parametrize("locale", ["nl-BE", "fr-BE", "en-GB", "ar"])
@pytest.mark.parametrize(("width", "height"), [(320, 568), (640, 512), (320, 256)], ids=["phone", "zoom-200", "zoom-400"])
def test_no_sideways_scrolling(pretend_url, open_page, ask, locale, width, height):
    page = open_page(pretend_url, locale=locale, viewport={"width": width, "height": height})
    assert overflow(page) <= 0
    ask(page, FEVER + " " + "x" * 80)
    assert overflow(page) <= 0
    expect(page.locator("#help-now")).to_be_in_viewport(ratio=0.99)  # help is always in sight
    page.locator("#help-now").click()
    assert overflow(page) <= 0
    page.locator("#help-close").scroll_into_view_if_needed()
    expect(page.locator("#help-close")).to_be_in_viewport()


def test_letters_twice_as_large(pretend_url, open_page, ask):
    page = open_page(pretend_url, viewport={"width": 320, "height": 568})
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    ask(page, FEVER)
    assert overflow(page) <= 0
    expect(page.locator("#help-now")).to_be_in_viewport(ratio=0.9)
    assert page.locator(".answer .choice").first.evaluate("button => button.scrollWidth <= button.clientWidth")
    page.keyboard.type("x")  # the input scrolls away here, but comes back at the first letter
    expect(page.locator("#input")).to_be_in_viewport(ratio=0.9)


def test_everything_to_press_is_large_enough(pretend_url, open_page, ask):
    page = open_page(pretend_url, **PHONE)
    ask(page, FEVER)
    page.locator("#help-now").click()
    script = """all => all.filter(one => one.offsetHeight && (one.offsetHeight < 44 || one.offsetWidth < 44))
                      .map(one => one.outerHTML)"""
    assert page.locator("button, select, #leave, .lines a").evaluate_all(script) == []


def test_answers_are_announced(pretend_url, open_page, ask):
    page = open_page(pretend_url)
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, FEVER)
    assert page.locator("#log [role=alert]").count() == 0
    ask(page, DANGER)
    alert = log.get_by_role("alert")
    expect(alert).to_contain_text("Kiem: I am worried about you.")
    expect(alert.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")


def test_focus_is_never_hidden_under_the_bars(pretend_url, open_page, ask):
    page = open_page(pretend_url, viewport={"width": 375, "height": 600}, reduced_motion="reduce")
    for _ in range(2):
        ask(page, FEVER)
    for _ in range(16):
        page.keyboard.press("Shift+Tab")
        covered = page.evaluate(
            """() => { const box = document.activeElement.getClientRects()[0]; // the first line of a link
                 const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                 return !document.activeElement.contains(top) }"""
        )
        assert not covered, page.evaluate("document.activeElement.outerHTML")


def test_an_answer_comes_into_view_and_focus_stays(pretend_url, open_page, ask):
    page = open_page(pretend_url, viewport={"width": 375, "height": 667}, reduced_motion="reduce")
    ask(page, FEVER)
    ask(page, DANGER)
    expect(page.locator(".answer").last).to_be_in_viewport(ratio=0.99)
    expect(page.locator("#input")).to_be_focused()


def test_motion_stops_for_who_asks(pretend_url, open_page):
    page = open_page(pretend_url, reduced_motion="reduce")
    page.locator("#input").fill(FEVER)
    page.locator("#input").press("Enter")
    expect(page.locator("#typing")).to_be_visible()
    assert page.locator("#typing i").first.evaluate("dot => getComputedStyle(dot).animationIterationCount") == "1"
