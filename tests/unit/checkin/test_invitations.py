"""When somebody is invited: at the moments, not twice in 14 days, not while a signal is open, not after a loss, not once switched off."""

from datetime import timedelta

import pytest

from bot.checkin.flags import Flag
from bot.checkin.invitations import Invitations, moments
from bot.checkin.register import Checkins
from bot.people.registry import People, Person
from tests.safety import FRIDAY, Clock, Desk


@pytest.fixture
def desk(people: People) -> Desk:
    return Desk(people)


@pytest.fixture
def clock(desk: Desk) -> Clock:
    return desk.clock


@pytest.fixture
def invitations(desk: Desk) -> Invitations:
    return Invitations(desk.people.database, desk.room.outbox, desk.clock)


@pytest.fixture
def me(people: People) -> Person:
    return people.arrive("rest", "me")


def test_the_moments_of_a_pregnancy_and_of_a_child():
    pregnant = moments({"weeks": 18}, FRIDAY)
    assert {name: (when - FRIDAY).days for name, when in pregnant.items()} == {"weeks_20": 14, "weeks_32": 98}
    assert list(moments({"weeks": 33}, FRIDAY)) == []
    assert list(moments({"months": 2}, FRIDAY)) == ["after_12w", "after_6m", "after_12m", "after_18m"]
    assert moments({}, FRIDAY) == {}


def test_an_invitation_comes_at_its_moment_and_once(invitations, clock, me):
    invitations.plan(me, {"weeks": 18})
    assert invitations.due(me) is None
    clock.turn(weeks=2, hours=1)
    assert invitations.due(me) == "weeks_20"
    assert invitations.due(me) is None
    clock.turn(weeks=12)
    assert invitations.due(me) == "weeks_32"


def test_planning_again_replaces_what_was_planned(invitations, clock, me):
    invitations.plan(me, {"weeks": 18})
    invitations.plan(me, {"months": 0})
    clock.turn(weeks=2, hours=1)
    assert invitations.due(me) == "after_2w"


def test_never_twice_in_fourteen_days(people, invitations, clock, me):
    invitations.plan(me, {"weeks": 18})
    clock.turn(days=10)
    Checkins(people, clock).begin(me.id)
    clock.turn(days=5)
    assert invitations.due(me) is None, "she did one five days ago, and left it"
    clock.turn(days=9, hours=1)
    assert invitations.due(me) == "weeks_20"


def test_a_moment_that_passed_long_ago_is_left_out(invitations, clock, me):
    invitations.plan(me, {"weeks": 18})
    clock.turn(weeks=6)
    assert invitations.due(me) is None


def test_never_while_a_signal_is_open(desk, invitations, clock, me):
    invitations.plan(me, {"weeks": 18})
    desk.room.signals.bring_up(me, ["some words"], Flag("soon", ("gut_feeling",)).as_verdict(), language="nl")
    clock.turn(weeks=2, hours=1)
    assert invitations.due(me) is None


def test_later_means_once_more_even_after_an_invitation(people, invitations, clock, me):
    invitations.plan(me, {"weeks": 18})
    clock.turn(weeks=2, hours=1)
    assert invitations.due(me) == "weeks_20"
    Checkins(people, clock).begin(me.id)
    Checkins(people, clock).end(me, "later", {}, {}, partner=False)
    invitations.remind(me)
    assert invitations.due(me) is None
    clock.turn(days=1)
    assert invitations.due(me) == "later"


def test_a_loss_stops_invitations_at_once_for_eight_weeks(invitations, clock, me):
    invitations.plan(me, {"months": 0})
    clock.turn(weeks=2, hours=1)
    invitations.be_quiet(me.id)
    assert invitations.due(me) is None
    clock.turn(weeks=4)
    assert invitations.due(me) is None, "the moment of 6 weeks lies within the eight"
    clock.turn(weeks=6)
    assert invitations.due(me) == "after_12w"


def test_a_question_about_loss_changes_nothing(invitations, clock, me):
    invitations.plan(me, {"weeks": 18})
    invitations.be_quiet(me.id)
    invitations.be_quiet(me.id, on=False)
    clock.turn(weeks=2, hours=1)
    assert invitations.due(me) == "weeks_20"


def test_switched_off_means_none(invitations, clock, me):
    invitations.plan(me, {"weeks": 18})
    invitations.switch_off(me.id)
    clock.turn(weeks=15)
    assert invitations.due(me) is None


def test_answers_are_sealed_exported_and_erased(people, clock, me):
    checkins = Checkins(people, clock)
    checkins.begin(me.id)
    checkins.end(me, "done", {"down": "yes"}, {"how": "zo moe van alles"}, partner=False)
    with people.database.engine.connect() as connection:
        sealed = connection.exec_driver_sql("SELECT sealed_answers FROM checkin").scalar()
    assert b"moe" not in bytes(sealed)
    assert b"down" not in bytes(sealed)
    exported = people.export(me.id)["checkins"][0]
    assert (exported["answers"], exported["words"]) == ({"down": "yes"}, {"how": "zo moe van alles"})
    Invitations(people.database, Desk(people, team=False).room.outbox, clock).be_quiet(me.id)
    people.erase(me.id)
    with people.database.engine.connect() as connection:
        for table in ("checkin", "checkin_invitation", "outbox"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_what_is_passed_on_waits_for_the_yes_and_keeps_what_an_open_signal_shows(desk, me):
    raised = desk.room.signals.bring_up(me, ["antwoorden", "mijn woorden"], Flag("soon", ("gut_feeling",), ("gut",)).as_verdict(), language="nl")
    assert raised.ask
    assert desk.room.care.open_signals() == []
    desk.room.signals.bring_up(me, ["een tweede gezin"], Flag("soon", ("gut_feeling",)).as_verdict(), language="nl")
    desk.net._answers.hear(me, "/signal_consent_yes", "nl")
    shown = desk.room.care.show(raised.signal_id)
    assert shown.messages == ("antwoorden", "mijn woorden", "een tweede gezin")
    assert timedelta(0) <= desk.clock() - shown.raised_at
