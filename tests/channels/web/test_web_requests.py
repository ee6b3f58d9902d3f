"""What the chat page's routes answer: headers, cookie, refusals. No browser."""

from __future__ import annotations

import re
from copy import copy
from http.cookies import SimpleCookie

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.channels.web.page import LONGEST_TEXT
from bot.channels.web.words import language_for, page_words, telephone
from knowledge.library import library

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
WRITTEN = ("nl", "fr", "en")


@pytest.fixture
def client(pretend_url):
    with httpx.Client(base_url=pretend_url, trust_env=False) as opened:
        yield opened


def post(client, body, **headers):
    return client.post("/chat/message", json=body, headers=headers)


@pytest.mark.parametrize("path", ["/", "/static/chat.js", "/static/none.js", "/chat/texts?language=nl"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "microphone=()" in headers["permissions-policy"]


def test_refusals_carry_them_too_and_nothing_said_is_cached(client):
    for answer in (post(client, {"text": ""}), post(client, {"text": "break"}), post(client, {"text": "hello"})):
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["cache-control"] == "no-store"


def test_files_have_their_type_and_are_sent_once(client):
    for name, kind in (("chat.css", "text/css"), ("chat.js", "text/javascript"), ("icon.svg", "image/svg+xml")):
        answer = client.get(f"/static/{name}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["cache-control"] == "no-cache"
        assert client.get(f"/static/{name}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    versioned = re.search(r'"(/static/chat\.css\?v=\w+)"', client.get("/").text)[1]
    assert "immutable" in client.get(versioned).headers["cache-control"]


@pytest.mark.parametrize("path", ["/static/chat.html", "/static/..%2fpage.py", "/static/%2e%2e/page.py", "/static/"])
def test_nothing_else_is_sent(client, path):
    assert client.get(path).status_code == 404


def test_the_cookie_is_made_at_the_first_message_and_kept(client):
    assert "set-cookie" not in client.get("/").headers
    assert "set-cookie" not in post(client, {"text": "  "}).headers
    first = post(client, {"text": "hello", "language": "en"})
    cookie = SimpleCookie(first.headers["set-cookie"])["kiem"]
    assert len(cookie.value) == 43  # 256 bits
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/" and cookie["max-age"] == str(30 * 86400)
    assert not cookie["secure"]  # this machine, no TLS
    assert post(client, {"text": "hello", "language": "en"}).json() == first.json()
    assert client.post("/chat/leave", json={}).status_code == 200
    assert not client.cookies


def test_the_cookie_is_for_tls_only_behind_a_proxy(client):
    answer = post(client, {"text": "hello"}, **{"X-Forwarded-Proto": "https"})
    assert SimpleCookie(answer.headers["set-cookie"])["kiem"]["secure"]


def test_a_made_up_cookie_is_replaced(client):
    answer = post(client, {"text": "hello"}, Cookie="kiem=me")
    assert SimpleCookie(answer.headers["set-cookie"])["kiem"].value != "me"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"text": 1}', "application/json", 400),
        (b'{"text": "hi", "language": 3}', "application/json", 400),
        (b"text=hi", "application/x-www-form-urlencoded", 415),
        (b'{"text": "hi"}', "text/plain", 415),
        (b'{"text": "hi"}', "", 415),
    ],
)
def test_what_is_no_message_is_refused_clearly(client, content, kind, status):
    answer = client.post("/chat/message", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_a_text_may_be_long_but_not_endless(client):
    assert post(client, {"text": "a" * LONGEST_TEXT}).status_code == 200
    refused = post(client, {"text": "a" * (LONGEST_TEXT + 1)})
    assert refused.status_code == 413
    assert str(LONGEST_TEXT) in refused.json()["error"]


def test_half_a_character_is_answered(client):
    answer = client.post("/chat/message", content=b'{"text": "h\\ud800i \\u0000"}', headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


def test_another_site_gets_no_permission(client):
    asked = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    assert "access-control-allow-origin" not in client.options("/chat/message", headers=asked).headers
    assert "access-control-allow-origin" not in post(client, {"text": "hi"}, Origin="https://evil.example").headers
    assert client.post("/chat/leave", content="").status_code == 415


def test_a_language_kiem_does_not_know_counts_as_not_said(client):
    assert post(client, {"text": "hi", "language": "tlh"}, **{"Accept-Language": "fr-BE"}).json()["replies"][0]["text"].startswith("fr ")


def test_a_broken_bot_still_gives_the_numbers(client):
    answer = post(client, {"text": "break", "language": "nl"})
    assert answer.status_code == 500
    assert "112" in answer.json()["error"] and "1813" in answer.json()["error"]


def test_a_starting_bot_gives_the_numbers(client):
    client.post("/pretend/reception", json={"open": False})
    try:
        answer = post(client, {"text": "hello", "language": "fr"}, **{"Accept-Language": "fr"})
    finally:
        client.post("/pretend/reception", json={"open": True})
    assert answer.status_code == 503
    assert "112" in answer.json()["error"] and "0800 32 123" in answer.json()["error"]


@pytest.mark.parametrize("language", WRITTEN)
def test_the_page_itself_holds_the_numbers(client, language):
    html = client.get("/", headers={"Accept-Language": f"{language}-BE,en;q=0.3"}).text
    assert f'<html lang="{language}" dir="ltr">' in html
    without_script = html[html.index("<noscript>") : html.index("</noscript>")]
    dialog = html[html.index("<dialog") :]
    for line in library().help_lines(language):
        assert f'href="{telephone(line.number)}"' in dialog
        assert line.number in dialog and line.number in without_script


def test_texts_of_a_language(client):
    words = client.get("/chat/texts?language=ar").json()
    assert (words["language"], words["direction"]) == ("ar", "rtl")
    assert (words["help"][0]["number"], words["help"][0]["tel"]) == ("112", "tel:112")
    assert [entry["code"] for entry in words["languages"]] == library().languages
    assert all(entry["name"] != entry["code"] for entry in words["languages"])
    assert words["numbers"]["0800 32 123"] == "tel:080032123"


def test_every_written_language_has_every_text():
    keys = {language: {key for key in library().texts[language] if key.startswith("page_")} for language in WRITTEN}
    assert keys["nl"] == keys["fr"] == keys["en"]
    assert all("language_name" in library().texts[language] for language in WRITTEN)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "nl"),
        ("fr-BE,nl;q=0.8", "fr"),
        ("nl;q=0.5, en;q=0.9", "en"),
        ("zh, ja", "nl"),
        ("fr;q=0, en", "en"),
    ],
)
def test_page_language_of_a_browser(accepted, expected):
    assert language_for(library(), accepted) == expected


def test_a_page_in_another_language_of_the_reader_beats_one_that_nobody_wrote():
    known = copy(library())
    known.texts = {language: known.texts[language] for language in WRITTEN}
    assert language_for(known, "ar, fr;q=0.5") == "fr"
    words = page_words(known, language_for(known, "ar"))
    assert (words["language"], words["texts_language"], words["direction"]) == ("ar", "en", "rtl")


@settings(max_examples=200, deadline=None)
@given(some.text(max_size=60))
def test_any_accept_language_gives_words(accepted):
    assert page_words(library(), language_for(library(), accepted))["texts"]["page_help"]
