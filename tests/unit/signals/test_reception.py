"""What a person reads when danger was noticed, and what is kept of it."""

import asyncio

import pytest
from sqlalchemy import select

from bot.hearing import Inbound
from bot.store.delivery_models import InboxRow, OutboxRow
from bot.store.signal_models import SignalEventRow, SignalRow
from tests.safety import Desk, Parrot, payloads, texts


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def rows(people, table) -> list:
    with people.database.session() as session:
        return list(session.execute(select(table).order_by(table.id)).scalars())


def say(desk: Desk, text: str, who: str = "me", **about) -> list[dict]:
    return asyncio.run(desk.say(text, who, **about))


def log(people) -> list[str]:
    return [row.what for row in rows(people, SignalEventRow)]


def test_an_everyday_message_is_answered_by_the_dialogue_and_raises_nothing(desk, people):
    replies = say(desk, "when do babies eat?")
    assert replies[0]["text"] == "an answer"
    assert replies[0]["custom"]["kiem"]["signal"] == {"domains": [], "level": "none"}
    assert rows(people, SignalRow) == []
    assert rows(people, InboxRow)[0].state == "done"


def test_an_emergency_gets_the_safety_text_alone_and_an_alert_in_the_outbox(desk, people):
    replies = say(desk, "I have the pills here")
    assert "112" in replies[0]["text"]
    assert replies[0]["custom"]["kiem"]["signal"] == {"domains": ["self_harm"], "level": "emergency"}
    assert desk.agent.heard == []
    signal = rows(people, SignalRow)[0]
    assert (signal.level, signal.consent, signal.state) == ("emergency", "needless", "new")
    assert {row.kind for row in rows(people, OutboxRow)} == {"alert.mail", "ladder"}


def test_the_reply_says_that_the_team_was_told_only_once_the_alert_has_gone(desk):
    desk.net.courier.start()
    try:
        told = texts(say(desk, "I have the pills here"))
        desk.postbox.fails = RuntimeError("the mail server is away")
        not_told = texts(say(desk, "I have the pills here", "another"))
    finally:
        desk.net.courier.stop()
    assert "I have told the team" in told
    assert "I have told the team" not in not_told
    assert "could not reach the team" in not_told


def test_without_a_team_nobody_is_said_to_read(people):
    desk = Desk(people, team=False)
    said = texts(say(desk, "I have the pills here"))
    assert "No person reads this chat" in said
    assert "told the team" not in said
    assert rows(people, OutboxRow) == []
    assert rows(people, SignalRow)[0].level == "emergency"


def test_at_night_the_reply_says_when_people_read_again(desk):
    desk.clock.turn(hours=12)
    said = texts(say(desk, "I have the pills here"))
    assert "30/11, 09:00" in said  # Monday: it is Friday night
    assert "told the team" not in said


def test_at_today_the_dialogue_adds_an_answer_only_to_a_real_question(people):
    refusing = Desk(people, agent=Parrot({"behaviour": "out_of_scope"}))
    said = say(refusing, "I want to die")
    assert "an answer" not in texts(said)
    assert "1813" in said[0]["text"]
    refusing.agent.record = {"topic": "baby_fever"}
    said = say(refusing, "I want to die. and what about fever?", "another")
    assert [reply["text"] == "an answer" for reply in said[:3]].count(True) == 1
    assert "1813" in said[0]["text"], "the safety text comes first"
    assert said[0]["custom"]["kiem"]["topic"] == "baby_fever"
    assert said[0]["custom"]["kiem"]["signal"]["level"] == "today"


def test_at_watch_the_answer_comes_with_one_line_of_support(desk, people):
    replies = say(desk, "there is nobody around. when do babies eat?")
    assert replies[0]["text"] == "an answer"
    assert "hard when nobody is there" in replies[1]["text"]
    assert rows(people, SignalRow) == []


def test_a_refusal_never_stands_beside_a_hit(people):
    desk = Desk(people, agent=Parrot({"behaviour": "out_of_scope"}))
    for text in ("so very tired", "nobody around"):
        assert "an answer" not in texts(say(desk, text, text))


@pytest.mark.parametrize(
    "about",
    [
        {"extra": {"caption": "I want to die"}},
        {"extra": {"forwarded_text": "I want to die"}, "forwarded": True},
        {"extra": {"edited": True, "text": "I want to die"}},
    ],
)
def test_words_around_a_message_are_judged_too(desk, people, about):
    say(desk, "", **about)
    assert rows(people, SignalRow)[0].level == "today"


@pytest.mark.parametrize("text", ['/show_more{"topic": "I want to die"}', "/i want to die", "/feedback I want to die", "x" * 9000 + " I want to die"])
def test_danger_in_a_payload_or_at_the_end_of_a_long_text_is_noticed(desk, people, text):
    say(desk, text)
    assert rows(people, SignalRow)[0].level == "today"


def test_a_button_of_a_topic_is_not_danger(desk, people):
    say(desk, "/pregnancy_bleeding")
    assert desk.agent.heard == ["/pregnancy_bleeding"]
    assert rows(people, SignalRow) == []


def test_a_retraction_keeps_the_level_and_says_so_gently(desk, people):
    say(desk, "I have the pills here")
    replies = say(desk, "never mind, just kidding")
    assert "still take your earlier message seriously" in replies[0]["text"]
    assert "112" in replies[0]["text"]
    assert replies[0]["custom"]["kiem"]["signal"]["level"] == "emergency"
    assert rows(people, SignalRow)[0].level == "emergency"
    assert log(people).count("raised") == 1


def test_somebody_else_in_danger_gets_the_other_text(desk):
    assert "Is this person in danger" in texts(say(desk, "my sister says i have the pills here"))


def test_the_same_update_twice_is_answered_once(desk, people):
    first = say(desk, "I have the pills here", update_key="42")
    assert first
    assert say(desk, "I have the pills here", update_key="42") == []
    assert len(rows(people, SignalRow)) == 1
    assert len(rows(people, InboxRow)) == 1


def test_the_last_three_messages_are_the_context(desk, people):
    for text in ("one", "two", "three", "four"):
        say(desk, text)
    taken = desk.net.begin(Inbound("rest", "me", "five"))
    desk.net.take_in(taken)
    assert [said.text for said in taken.accepted.earlier] == ["two", "three", "four"]


def test_a_persons_inbox_stays_small(desk, people):
    for number in range(20):
        say(desk, f"message {number}")
    assert len(rows(people, InboxRow)) <= 9


def test_a_second_message_joins_the_open_signal_and_raises_its_level(desk, people):
    say(desk, "I want to die")
    say(desk, "I have the pills here")
    (signal,) = rows(people, SignalRow)
    assert (signal.level, signal.consent) == ("emergency", "needless")
    assert "heightened" in log(people)
    say(desk, "so very tired")
    assert rows(people, SignalRow)[0].level == "emergency", "a milder message lowers nothing"


def test_two_soon_in_a_week_make_today(desk, people):
    say(desk, "so very tired")
    assert rows(people, SignalRow)[0].level == "soon"
    desk.clock.turn(days=3)
    say(desk, "so very tired")
    (signal,) = rows(people, SignalRow)
    assert signal.level == "today"
    assert "escalated" in log(people)


def test_a_message_again_without_a_human_reply_weighs_more(desk, people):
    say(desk, "I want to die")
    say(desk, "/signal_consent_yes")
    desk.clock.turn(minutes=5)
    say(desk, "I want to die")
    assert rows(people, SignalRow)[0].level == "today"
    desk.clock.turn(minutes=6)
    say(desk, "I want to die")
    assert rows(people, SignalRow)[0].level == "emergency"


def test_what_is_written_is_not_readable_in_the_database(desk, people, tmp_path):
    say(desk, "I have the pills here on my table")
    with people.database.engine.connect() as connection:
        stored = b"".join(
            bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
            for table in ("inbox", "signal", "signal_event", "outbox")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
            for value in row
        )
    assert b"pills" not in stored
    assert b"emergency" in stored


def test_nothing_of_it_is_in_the_log(desk, caplog):
    caplog.set_level(0)
    desk.agent.error = ValueError("I have the pills here")
    desk.postbox.fails = RuntimeError("me@example.org")
    say(desk, "so very tired of my pills")
    say(desk, "I have the pills here")
    desk.deliver()
    own = "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "failed" in own
    assert "pills" not in own
    assert "example.org" not in own


def test_the_clarification_is_asked_once_and_a_yes_confirms(desk, people):
    replies = say(desk, "perhaps I want to die")
    assert "/signal_clarify_yes" in payloads(replies)
    assert "/signal_consent_yes" not in payloads(replies), "one question at a time"
    after = say(desk, "/signal_clarify_yes")
    assert "/signal_consent_yes" in payloads(after)
    assert rows(people, SignalRow)[0].level == "today"
    assert "/signal_clarify_yes" not in payloads(say(desk, "perhaps I want to die"))


def test_new_people_are_introduced_after_the_safety_text(desk):
    replies = say(desk, "I have the pills here", "somebody new")
    assert "computer program" in replies[-1]["text"]
    assert "112" in replies[0]["text"]
