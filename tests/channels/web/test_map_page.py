"""The map page and the open data of the real bot: cards for everybody, a link to share, nothing that breaks; accessible (axe-core)."""

from __future__ import annotations

import json
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
PHONE = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}


def _get(url: str) -> tuple[int, object]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def _violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_no_violation_and_no_sideways_scrolling(kiem_url, open_page, scheme, size, language):
    page = open_page(f"{kiem_url}/map?place=Jette&language={language}", color_scheme=scheme, **size)
    assert page.locator(".cards li").count() > 2
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")


def test_a_search_by_keyboard_gives_cards_and_a_link_to_share(kiem_url, open_page):
    page = open_page(f"{kiem_url}/map?language=en")
    page.get_by_label("What are you looking for?").fill("poison")
    page.keyboard.press("Enter")
    expect(page.locator(".cards h3").first).to_have_text("Belgian Poison Centre")
    expect(page.get_by_role("link", name="070 245 245")).to_have_attribute("href", "tel:070245245")
    again = open_page(page.url)
    expect(again.locator(".cards h3").first).to_have_text("Belgian Poison Centre")


def test_printed_only_the_cards_remain(kiem_url, open_page):
    page = open_page(f"{kiem_url}/map?place=Gent&language=nl")
    page.emulate_media(media="print")
    expect(page.locator("form")).to_be_hidden()
    expect(page.locator(".cards li").first).to_be_visible()


def test_what_is_typed_is_never_read_as_html(kiem_url, open_page):
    page = open_page(f"{kiem_url}/map?language=en&q=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&place=%3Cb%3E")
    assert page.locator("img").count() == 0


def test_the_open_data_is_hsds_and_paginated(kiem_url):
    status, first = _get(f"{kiem_url}/map/api/services?per_page=5")
    assert status == 200 and first["total_items"] >= 235 and len(first["contents"]) == 5
    one = first["contents"][0]
    assert _get(f"{kiem_url}/map/api/services/{one['id']}")[1]["organization"]["name"]
    assert "unverified_phone" not in json.dumps(first)


@pytest.mark.parametrize("query", ["page=0", "page=x", "per_page=999999", "page=99999999999999", "page=-1", "page=%00"])
def test_a_wrong_page_is_a_clear_refusal(kiem_url, query):
    status, body = _get(f"{kiem_url}/map/api/services?{query}")
    assert status == 400 and "page" in body["error"]


def test_an_unknown_service_is_not_found(kiem_url):
    assert _get(f"{kiem_url}/map/api/services/nothing")[0] == 404


def test_the_description_names_every_path(kiem_url):
    paths = _get(f"{kiem_url}/map/api/openapi.json")[1]["paths"]
    assert set(paths) == {"/map/api/services", "/map/api/services/{id}", "/map/api/search"}
