"""Who is told when nobody answers, and that the parent learns the truth at the end."""

import asyncio

import pytest

from bot.store.signal_models import SignalRow
from tests.safety import Desk, texts


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def say(desk: Desk, text: str, who: str = "me") -> str:
    return texts(asyncio.run(desk.say(text, who)))


def after(desk: Desk, **amount: float) -> list[list[str]]:
    """Turn the clock, deliver, and say who was mailed meanwhile."""
    desk.clock.turn(**amount)
    before = len(desk.postbox.sent)
    desk.deliver()
    desk.deliver()  # a step of the ladder puts alerts: they go in the same second
    return [sorted(name.split("@")[0] for name in recipients) for *_, recipients in desk.postbox.sent[before:]]


def test_an_emergency_climbs_at_5_10_and_15_minutes(desk):
    say(desk, "I have the pills here")
    assert after(desk) == [["an", "bea"]], "two at once"
    assert after(desk, minutes=4.9) == []
    assert after(desk, minutes=0.2) == [["cor"]], "somebody who was not told yet"
    assert after(desk, minutes=5) == [["cor"]]
    assert after(desk, minutes=5) == []
    said = say(desk, "hello?")
    assert "Nobody of the team has answered yet" in said
    assert "1813" in said
    assert "Nobody of the team" not in say(desk, "hello?"), "it is said once"


def test_today_climbs_at_an_hour_two_and_four(desk):
    say(desk, "I want to die")
    say(desk, "yes")
    first = after(desk)
    assert len(first) == 1
    assert len(first[0]) == 1, "one person first"
    second = after(desk, minutes=60)
    assert {*first[0], *second[0]} == {"an", "bea"}
    assert after(desk, minutes=60) == [["cor"]]
    assert after(desk, hours=2) == []
    assert "Nobody of the team has answered yet" in say(desk, "hello?")


def test_the_ladder_stops_when_somebody_has_it(desk):
    say(desk, "I have the pills here")
    after(desk)
    desk.room.care.take(1, "bea")
    assert after(desk, hours=5) == []
    said = say(desk, "hello?")
    assert "will contact you" in said
    assert "Nobody of the team" not in said


def test_at_night_an_emergency_goes_to_the_coordinators_and_to_the_team_in_the_morning(desk):
    desk.clock.turn(hours=12)  # Friday 23:00
    say(desk, "I have the pills here")
    assert after(desk) == [["cor"]]
    assert after(desk, hours=33) == [], "Sunday"
    assert after(desk, hours=24, minutes=61) == [["an", "bea"]], "Monday after nine"


def test_soon_waits_for_the_digest_and_is_recalled(desk):
    for who in ("me", "you"):
        say(desk, "so very tired", who)
        say(desk, "yes", who)
    assert after(desk) == []
    assert after(desk, hours=3) == [["an", "bea"]], "one digest for two signals"
    assert desk.postbox.sent[-1][2]["signals"] == "1, 2"
    assert len(after(desk, days=3)) == 2, "a reminder each on Monday"
    assert after(desk, days=2) == [["cor"], ["cor"]]


def test_an_alert_holds_the_least(desk):
    say(desk, "I have the pills here on my table")
    desk.deliver()
    key, subject, lines, _ = desk.postbox.sent[0]
    assert lines == {"signal": "1", "level": "emergency", "domains": "self_harm", "language": "en", "look": "kiem signals show 1"}
    assert subject == "Kiem: emergency, signal 1"
    assert "pills" not in f"{key}{subject}{lines}"


def test_a_signal_that_rises_starts_a_new_round_and_the_old_steps_rest(desk):
    say(desk, "I want to die")
    say(desk, "yes")
    after(desk)
    say(desk, "I have the pills here")
    assert after(desk) == [["an", "bea"]]
    desk.room.care.take(1, "an")
    assert after(desk, hours=5) == []


def test_a_failing_mail_server_for_an_hour_loses_nothing(desk, people):
    desk.postbox.fails = RuntimeError("away")
    say(desk, "I have the pills here")
    for _ in range(60):
        assert after(desk, minutes=1) == []
    with people.database.session() as session:
        assert session.get(SignalRow, 1).state == "new"
    desk.postbox.fails = None
    assert ["an", "bea"] in after(desk, minutes=2)
    assert len(desk.postbox.keys) == len(set(desk.postbox.keys)), "each alert once"


def test_when_the_alert_channel_fails_the_mode_switches_and_back(desk):
    from bot.errors import NotDelivered

    assert desk.room.team.state(desk.clock()).alert_works
    desk.postbox.fails = NotDelivered("away")
    desk.clock.turn(minutes=1)
    desk.room.alerts.beat()
    assert "could not reach the team" in say(desk, "I have the pills here")
    desk.postbox.fails = None
    desk.room.alerts.beat()
    assert desk.room.team.state(desk.clock()).alert_works


def test_a_heartbeat_that_stopped_counts_as_failing(desk):
    desk.clock.turn(minutes=4)
    assert not desk.room.team.state(desk.clock()).alert_works
    desk.clock.turn(days=-1)
    assert not desk.room.team.state(desk.clock()).alert_works, "the clock went back: it is not known"


def test_a_clock_that_goes_back_holds_no_alert_up(desk):
    say(desk, "I have the pills here")
    desk.clock.turn(hours=-1)
    assert ["an", "bea"] in after(desk)
    desk.postbox.fails = RuntimeError("away")
    say(desk, "I have the pills here", "another")
    after(desk)
    desk.postbox.fails = None
    desk.clock.turn(days=-2)
    after(desk)
    assert any("signal:2" in key for key in desk.postbox.keys)
