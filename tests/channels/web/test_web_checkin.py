"""The check-in on the chat page in a browser, with the real bot: by buttons to the end, and the page to keep and print."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from knowledge.checkin_texts import checkin_texts

pytestmark = pytest.mark.slow


def words(section: str, key: str, language: str = "en") -> str:
    return checkin_texts().say(section, key, language)


def press(page, title: str) -> None:
    """Press the newest button with this title and wait for the answer."""
    answers = page.locator(".answer").count()
    page.get_by_role("button", name=title, exact=True).last.click()
    page.locator(".answer").nth(answers).wait_for()


@pytest.fixture
def at_the_summary(kiem_url, open_page):
    """The chat page after a check-in with words of one's own, and the page to print, opened from its link."""
    page = open_page(kiem_url)
    press(page, "How am I doing?")
    press(page, words("answers", "yes"))
    answers = page.locator(".answer").count()
    page.locator("#input").fill("I am rather happy with our <little> one")
    page.locator("#input").press("Enter")
    page.locator(".answer").nth(answers).wait_for()
    for title in ("Yes", "No", "No", "Yes", "None of these", "No", "No"):
        press(page, title)
    expect(page.locator(".answer").last).to_contain_text(words("talk", "closing"))
    press(page, words("summary", "button"))
    with page.expect_popup() as opened:
        page.get_by_role("link", name=words("summary", "open")).click()
    return page, opened.value


def test_from_the_first_button_to_a_page_to_print(at_the_summary):
    _, summary = at_the_summary
    expect(summary.get_by_role("heading", level=1)).to_have_text(words("summary", "title"))
    expect(summary.locator("body")).to_contain_text("I am rather happy with our <little> one")
    expect(summary.locator('section[lang="nl"]')).to_contain_text(words("questions", "rest", "nl"))
    expect(summary.locator('section[lang="fr"]')).to_contain_text(words("questions", "rest", "fr"))
    summary.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    summary.get_by_role("button", name=words("summary", "print")).click()
    expect(summary.locator("body")).to_have_attribute("data-printed", "yes")
    summary.emulate_media(media="print")
    expect(summary.get_by_role("button")).to_be_hidden()
    assert summary.pdf()[:5] == b"%PDF-"


def test_both_pages_are_for_everybody(at_the_summary):
    for page in at_the_summary:
        page.wait_for_timeout(400)  # a bubble that is still appearing has less contrast
        found = Axe().run(page).response["violations"]
        assert [rule["id"] for rule in found] == []
