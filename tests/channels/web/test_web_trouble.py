"""When things go wrong on the chat page, or somebody has to go: failures, help without a server or a script, leaving."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
FEVER = "My baby has a fever, what should I do?"


def test_retry_loses_nothing_and_sends_once(page_url, open_page):
    page = open_page(page_url)
    arrived: list[str] = []
    page.on("requestfinished", lambda request: "message" in request.url and arrived.append(json.loads(request.post_data)["text"]))
    page.route("**/chat/message", lambda route: route.abort())
    box = page.locator("#input")
    box.fill("first question")
    box.press("Enter")
    expect(page.locator("#failure")).to_contain_text("112")
    expect(page.locator("#failure a[href='tel:112']")).to_be_visible()
    expect(page.locator(".own")).to_contain_text("first question")
    box.fill("a draft")
    page.unroute("**/chat/message")
    page.locator("#retry").click()
    page.locator(".answer").first.wait_for()
    expect(page.locator("#failure")).to_be_hidden()
    expect(box).to_have_value("a draft")
    assert arrived == ["first question"]
    assert page.locator(".own").count() == 1


def test_an_error_of_the_server_shows_its_text(pretend_url, open_page):
    page = open_page(pretend_url)
    page.locator("#input").fill("break")
    page.locator("#input").press("Enter")
    expect(page.locator("#failure a[href='tel:1813']")).to_be_visible()


def test_a_text_that_is_too_long_stays_in_the_box(page_url, open_page):
    page = open_page(page_url)
    texts: list[str] = []
    page.on("request", lambda request: request.method == "POST" and texts.append(request.url))
    page.locator("#input").fill("a" * 4001)
    page.locator("#input").press("Enter")
    expect(page.locator("#too-long")).to_contain_text("4000")
    assert len(page.locator("#input").input_value()) == 4001 and not texts


def test_escape_twice_leaves(page_url, open_page, ask, neutral):
    page = open_page(page_url)
    ask(page, FEVER)
    assert page.context.cookies()
    page.keyboard.press("Escape")
    page.wait_for_timeout(1200)
    page.keyboard.press("Escape")  # too late: this is a first one again
    assert page.url.startswith(page_url)
    page.keyboard.press("Escape")
    page.wait_for_url(neutral)
    assert not page.context.cookies(page_url)


def test_the_leave_button_leaves_nothing_behind_it(page_url, open_page, ask, neutral):
    page = open_page(page_url)
    ask(page, FEVER)
    page.locator("#leave").click()
    page.wait_for_url(neutral)
    page.go_back()
    assert not page.url.startswith(page_url)  # replaced, so Back does not return


def test_a_new_conversation_starts_clean(page_url, open_page, ask):
    page = open_page(page_url)
    ask(page, FEVER)
    with page.expect_response("**/chat/leave"):
        page.locator("#new").click()
    assert page.locator("#log > *").count() == 0
    assert not page.context.cookies()
    ask(page, FEVER)


def test_help_works_while_the_server_is_down(page_url, open_page):
    page = open_page(page_url)
    page.context.set_offline(True)
    page.locator("#help-now").click()
    links = page.locator("#help .lines a")
    expect(links.first).to_be_focused()
    assert links.first.get_attribute("href") == "tel:112" and links.count() >= 4
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    expect(page.locator("#help-now")).to_be_focused()


def test_the_numbers_show_without_scripts(page_url, open_page):
    page = open_page(page_url, java_script_enabled=False, locale="nl-BE")
    for language in ("nl", "fr", "en"):
        expect(page.locator(f".no-script .lines[lang={language}] a[href='tel:112']")).to_be_visible()
    page.locator("#help-now").click()
    expect(page.locator("#help a[href='tel:112']")).to_be_visible()


def test_the_numbers_show_when_the_script_does_not_arrive(page_url, open_page):
    page = open_page("about:blank")
    page.route("**/static/*.js*", lambda route: route.abort())
    page.goto(page_url)
    page.locator("#help-now").click()
    expect(page.locator("#help a[href='tel:112']")).to_be_visible()
    expect(page.locator("#not-loaded")).to_contain_text("112")
