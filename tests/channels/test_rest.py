"""The REST channel against the real bot: the contract of the record, roles, and every kind of bad input."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Bot

pytestmark = pytest.mark.slow
PAYLOADS = ("show_more", "show_region", "show_services", "feedback", "feedback_reason", "remember", "choose_language", "baby_fever", "no_such")
VALUES = st.dictionaries(
    st.sampled_from(["topic", "region", "helped", "reason", "language", "allowed", "x"]),
    st.none() | st.integers() | st.text(max_size=10) | st.sampled_from(["baby_fever", "yes", "nl", "flanders"]) | st.lists(st.text(max_size=3)),
)
RECORD = {"lang", "topic", "alternatives", "signal", "services", "behaviour", "confidence"}


def _record(replies: list[dict]) -> dict:
    return replies[0]["custom"]["kiem"]


def test_the_first_reply_carries_the_whole_record(bot: Bot):
    record = _record(bot.say("mijn baby van 6 weken heeft koorts, wat moet ik doen?", "contract"))
    assert set(record) == RECORD
    assert record["lang"] == "nl"
    assert record["topic"] == "baby_fever"
    assert record["signal"].keys() == {"domains", "level"}
    assert len(record["alternatives"]) <= 3
    assert 0 < record["confidence"] <= 1


def test_the_recipient_is_the_sender(bot: Bot):
    assert {reply["recipient_id"] for reply in bot.say("hallo", "somebody")} == {"somebody"}


def test_the_introduction_comes_once_and_after_the_answer(bot: Bot):
    first = bot.say("wanneer starten met vaste voeding?", "newcomer")
    assert _record(first)["topic"] == "solids_start"
    assert "computerprogramma" in first[-1]["text"]
    second = bot.say("en hoeveel uur slaapt een baby?", "newcomer")
    assert not any("computerprogramma" in reply["text"] for reply in second)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "sender"),
        ({"message": "hi"}, "sender"),
        ({"sender": "", "message": "hi"}, "sender"),
        ({"sender": "x" * 300, "message": "hi"}, "sender"),
        ({"sender": True, "message": "hi"}, "sender"),
        ({"sender": "half a character \ud800", "message": "hi"}, "sender"),
        ({"sender": "a", "message": 5}, "message"),
        ({"sender": "a", "message": ["hi"]}, "message"),
        ({"sender": "a", "message": "hi", "metadata": []}, "metadata"),
        ({"sender": "a", "message": "hi", "metadata": {"role": "king"}}, "role"),
        (["not", "an", "object"], "object"),
        (b"{not json", "JSON"),
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
    ],
)
def test_a_malformed_request_is_a_400_that_says_what_is_wrong(bot: Bot, body, says):
    status, answer = bot.post("/webhooks/rest/webhook", body)
    assert status == 400
    assert says in answer["error"]


def test_a_megabyte_is_refused_with_413(bot: Bot):
    status, _ = bot.post("/webhooks/rest/webhook", {"sender": "big", "message": "a" * 1_000_000})
    assert status == 413
    assert bot.say("hallo", "big")


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u202e\u202d"])
def test_an_empty_message_gets_a_kind_text(bot: Bot, text):
    assert "112" in bot.say(text, "empty")[0]["text"]


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "\ufdfa" * 5000,
        "a" * 100_000,
        "\ud800 broken",
        "<b>bold</b><script>alert(1)</script>",
        "\u202eevil",
        "baby\x00koorts",
        "/",
        "//",
        "/unknown_button",
    ],
    ids=["emoji", "FDFA", "long", "surrogate", "html", "rtl-override", "nul", "slash", "slashes", "unknown"],
)
def test_strange_text_is_answered(bot: Bot, text):
    replies = bot.say(text, "strange")
    assert replies[0]["text"]
    assert set(_record(replies)) == RECORD


@pytest.mark.parametrize(
    "payload",
    [
        "/show_more",
        '/show_more{"topic": "no_such"}',
        '/feedback{"topic": "baby_fever", "helped": "perhaps"}',
        '/show_region{"topic": "baby_fever", "region": "mars"}',
        "/show_more{broken",
        '/choose_language{"language": "xx"}',
        '/baby_crying{"language": "zz"}',
        '/feedback{"topic": ["a"]}',
    ],
)
def test_a_broken_button_is_answered(bot: Bot, payload):
    assert bot.say(payload, "buttons")[0]["text"]


def test_fifty_messages_at_once_from_one_sender_are_all_answered(bot: Bot):
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: bot.say(f"vraag {number}: hoe vaak drinkt een baby?", "hasty"), range(50)))
    assert all(answer[0]["text"] for answer in answers)
    assert sum("computerprogramma" in answer[-1]["text"] for answer in answers) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec=None), max_size=300))  # lone surrogates too
def test_any_text_is_answered_and_judged(bot: Bot, text):
    replies = bot.say(text, "fuzz")
    assert replies[0]["text"]
    assert "failed" not in bot.log.read_text("utf-8", "replace"), "the gate or the dialogue broke on it"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(PAYLOADS), body=st.one_of(st.text(max_size=40), VALUES.map(json.dumps)))
def test_any_payload_of_any_button_is_answered(bot: Bot, name, body):
    replies = bot.say(f"/{name}{body}", f"payload {name}")
    assert replies[0]["text"]
    assert set(_record(replies)) == RECORD


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sender", "message", "metadata", "x"]), inner, max_size=4),
        max_leaves=8,
    )
)
def test_any_json_is_answered_or_refused_clearly(bot: Bot, body):
    status, answer = bot.post("/webhooks/rest/webhook", body)
    assert status in (200, 400)
    assert answer


def test_a_role_needs_the_token_when_one_is_set(own_bot: Bot):
    own_bot._environment["KIEM_API_TOKEN"] = "a-token-of-the-test"
    own_bot.start()
    body = {"sender": "role", "message": "hallo", "metadata": {"role": "professional"}}
    own_bot.post("/webhooks/rest/webhook", body)
    assert _role(own_bot) == "parent"
    own_bot.post("/webhooks/rest/webhook", body, {"Authorization": "Bearer wrong"})
    assert _role(own_bot) == "parent"
    own_bot.post("/webhooks/rest/webhook", body, {"Authorization": "Bearer a-token-of-the-test"})
    assert _role(own_bot) == "professional"


def _role(bot: Bot) -> str:
    import sqlite3

    with sqlite3.connect(bot.home / "kiem.db") as database:
        return database.execute("SELECT role FROM person").fetchone()[0]


def test_nothing_people_write_is_in_the_log(own_bot: Bot):
    own_bot.start()
    secret = "zeer-geheime-zorg-van-mama"
    for text in (f"{secret} mijn baby huilt", f"/{secret}", f"\ud800 {secret}"):
        own_bot.say(text, f"address-{secret}")
    own_bot.post("/webhooks/rest/webhook", json.dumps({"sender": secret}).encode()[:-1])
    own_bot.stop()
    log = own_bot.log.read_text("utf-8", "replace")
    assert "Kiem is open" in log
    assert secret not in log
