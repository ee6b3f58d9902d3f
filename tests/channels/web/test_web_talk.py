"""A talk on the chat page in a browser: asking, buttons, order, languages."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
FEVER = "My baby has a fever, what should I do?"


def sent(page) -> list[str]:
    """The texts of all messages that leave this page, as they go."""
    texts: list[str] = []
    page.on("request", lambda request: request.url.endswith("/chat/message") and texts.append(json.loads(request.post_data)["text"]))
    return texts


def test_ask_and_read_an_answer(page_url, open_page, ask):
    page = open_page(page_url)
    ask(page, FEVER)
    expect(page.locator(".own")).to_have_text(re.compile(re.escape(FEVER)))
    expect(page.locator(".answer .bubble").first).to_contain_text(re.compile(r"\w{3}"))
    expect(page.locator("#input")).to_be_focused()
    expect(page.locator("#input")).to_have_value("")
    expect(page.locator("#typing")).to_be_hidden()


def test_keyboard_only_from_load_to_the_answer_of_a_button(page_url, open_page):
    page = open_page(page_url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#input")).to_be_focused()
    page.keyboard.type(FEVER)
    page.keyboard.press("Enter")
    page.locator(".answer .choice").first.wait_for()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.answer .choice')"):
            break
    title = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator(".own").nth(1)).to_contain_text(title)
    page.locator(".answer").nth(1).wait_for()
    assert page.locator(".answer").first.locator(".choice").first.is_enabled()  # earlier buttons stay usable


def test_a_button_sends_its_payload_and_shows_its_title(pretend_url, open_page, ask):
    page = open_page(pretend_url)
    texts = sent(page)
    ask(page, FEVER)
    page.get_by_role("button", name="In simpler words").click()
    page.locator(".answer").nth(1).wait_for()
    assert texts == [FEVER, '/repeat_simpler{"topic": "baby_fever"}']
    expect(page.locator(".own").nth(1)).to_contain_text("In simpler words")


def test_numbers_and_addresses_become_links(pretend_url, open_page, ask):
    page = open_page(pretend_url)
    ask(page, FEVER)
    bubble = page.locator(".answer .bubble").first
    assert bubble.locator("a.call").evaluate_all("links => links.map(link => link.href)") == [
        "tel:1733",
        "tel:112",
    ]  # not the euros
    address = bubble.locator("a[href^=http]")
    expect(address).to_have_attribute("href", "https://www.kindengezin.be/koorts")
    expect(address).to_have_attribute("rel", "noreferrer noopener")
    assert bubble.locator("ol > li").count() == 3


def test_what_looks_like_code_is_text(page_url, open_page, ask):
    page = open_page(page_url)
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    ask(page, evil)
    expect(page.locator(".own")).to_contain_text(evil)
    assert page.locator("#log :is(img, script)").count() == 0


def test_no_request_leaves_the_origin(page_url, open_page, ask):
    page = open_page("about:blank")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(page_url)
    ask(page, FEVER)
    page.locator("#help-now").click()
    page.wait_for_load_state("networkidle")
    assert addresses and all(address.startswith(page_url) for address in addresses)


def test_enter_sends_shift_enter_breaks_and_nothing_is_not_sent(page_url, open_page):
    page = open_page(page_url)
    texts = sent(page)
    box = page.locator("#input")
    box.press("Enter")
    box.fill("   ")
    box.press("Enter")
    height = box.bounding_box()["height"]
    box.fill("")
    box.type("one")
    for word in ("two", "three"):
        box.press("Shift+Enter")
        box.type(word)
    assert box.bounding_box()["height"] > height + 20
    box.press("Enter")
    page.locator(".answer").first.wait_for()
    assert texts == ["one\ntwo\nthree"]


def test_two_quick_messages_stay_in_order(page_url, open_page):
    page = open_page(page_url)
    under_way, most = [], []
    page.on("request", lambda request: "message" in request.url and (under_way.append(1), most.append(len(under_way))))
    page.on("requestfinished", lambda request: "message" in request.url and under_way.pop())
    box = page.locator("#input")
    for text in ("first question", "second question"):
        box.fill(text)
        box.press("Enter")
    page.locator(".answer").nth(1).wait_for()
    assert max(most) == 1
    assert "first question" in page.locator(".own").nth(0).inner_text()
    assert "second question" in page.locator(".own").nth(1).inner_text()


def test_the_typing_sign_shows_and_is_said(page_url, open_page):
    page = open_page(page_url)
    page.locator("#input").fill(FEVER)
    page.locator("#input").press("Enter")
    expect(page.locator("#typing")).to_be_visible()
    expect(page.locator("#status")).to_have_text("Kiem is looking for an answer.")
    page.locator("#input").fill("still typing")  # while waiting
    page.locator(".answer").first.wait_for()
    expect(page.locator("#status")).to_have_text("")
    expect(page.locator("#input")).to_have_value("still typing")


def test_choosing_a_language_before_and_during_a_talk(pretend_url, open_page, ask):
    page = open_page(pretend_url)
    texts = sent(page)
    page.locator("#language").select_option("fr")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#help-now")).to_contain_text("Aide")
    assert not texts
    ask(page, "bonjour")
    expect(page.locator(".answer .bubble").first).to_contain_text("fr ")
    page.locator("#language").select_option("nl")
    page.locator(".answer").nth(1).wait_for()
    assert texts == ["bonjour", '/choose_language{"language": "nl"}']
    expect(page.locator(".own").nth(1)).to_contain_text("Nederlands")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 1]
