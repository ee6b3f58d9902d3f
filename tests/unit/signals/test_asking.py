"""Somebody asks for a human: from the button on it is a signal that the team takes like any other."""

import asyncio

from bot.signals.consent import HUMAN
from bot.store.delivery_models import OutboxRow
from bot.store.signal_models import SignalRow
from tests.safety import Desk, payloads, texts


def say(desk: Desk, text: str) -> list[dict]:
    return asyncio.run(desk.say(text))


def test_the_team_is_told_and_sees_what_was_said_before(people):
    desk = Desk(people)
    say(desk, "can I talk to somebody?")
    replies = say(desk, HUMAN)
    assert "I pass your message on to the team" in texts(replies)
    assert "/signal_wish_morning" in payloads(replies)
    signal = desk.room.care.show(1)
    assert (signal.level, signal.domains, signal.consent, signal.messages) == ("today", ("asked_human",), "given", ("can I talk to somebody?",))
    with people.database.session() as session:
        assert session.query(OutboxRow).filter_by(kind="alert.mail", step="first").count() == 1


def test_asking_twice_is_one_signal_and_withdrawing_ends_it(people):
    desk = Desk(people)
    say(desk, "can I talk to somebody?")
    say(desk, HUMAN)
    say(desk, HUMAN)
    say(desk, "/signal_withdraw")
    with people.database.session() as session:
        row = session.query(SignalRow).one()
        assert (row.state, row.consent, row.sealed_messages) == ("closed", "withdrawn", None)


def test_danger_after_it_raises_the_same_signal(people):
    desk = Desk(people)
    say(desk, HUMAN)
    assert "112" in texts(say(desk, "I have the pills here"))
    assert desk.room.care.show(1).level == "emergency"


def test_without_a_team_nobody_is_said_to_be_told(people):
    desk = Desk(people, transports=())
    assert "No person reads this chat" in texts(say(desk, HUMAN))
