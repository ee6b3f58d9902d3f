"""Who is on duty when: hours of Brussels, over midnight, over a change of the clocks, on holidays and on single dates."""

from datetime import date, datetime, timezone

import pytest

from bot.errors import UnknownMember
from bot.signals.duty import Member, Shift, after_working_days, hours, next_digest, next_start
from bot.signals.duty import _on_duty as on_duty
from bot.signals.roster import Roster, read_hours, read_weekdays

AN, BEA = Member(1, "an", "carer", "an@x"), Member(2, "bea", "carer", "bea@x")
WEEK = [Shift(1, day, None, 540, 1020) for day in range(5)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("moment", "is_there"),
    [
        ("2026-11-27T08:00", True),  # 9:00 in Brussels, winter
        ("2026-11-27T07:59", False),
        ("2026-11-27T16:00", False),  # 17:00
        ("2026-07-20T07:00", True),  # 9:00, summer
        ("2026-11-28T10:00", False),  # Saturday
        ("2026-12-25T10:00", False),  # a Friday, and Christmas
        ("2026-07-21T10:00", False),  # the national day
        ("2026-03-30T07:00", True),  # the Monday after the clocks went forward: 9:00
        ("2026-10-26T08:00", True),  # the Monday after they went back: 9:00
        ("2026-10-26T07:30", False),
    ],
)
def test_weekly_hours_are_those_of_brussels(moment, is_there):
    assert bool(on_duty([AN], WEEK, at(moment))) is is_there


def test_a_night_shift_ends_the_next_day_also_when_the_clocks_change():
    night = [Shift(1, 5, None, 22 * 60, 6 * 60)]  # Saturday
    assert on_duty([AN], night, at("2026-10-24T23:00"))
    assert on_duty([AN], night, at("2026-10-25T04:59"))  # 5:59, the hour came twice
    assert not on_duty([AN], night, at("2026-10-25T05:00"))
    (_, start, end) = next(hours(night, date(2026, 10, 24)))
    assert (end - start).total_seconds() == 9 * 3600


def test_a_single_date_adds_and_an_absence_takes_away():
    shifts = [*WEEK, Shift(2, None, date(2026, 12, 25), 600, 720), Shift(1, None, date(2026, 11, 27), 0, 1440, absent=True)]
    assert on_duty([AN, BEA], shifts, at("2026-12-25T09:30")) == [BEA]
    assert on_duty([AN, BEA], shifts, at("2026-11-27T10:00")) == []


def test_a_weekly_shift_can_hold_on_holidays():
    assert on_duty([AN], [Shift(1, 4, None, 540, 1020, holidays=True)], at("2026-12-25T10:00")) == [AN]


def test_when_people_read_again():
    assert next_start([AN], WEEK, at("2026-11-27T20:00")) == at("2026-11-30T08:00")
    assert next_start([AN], WEEK, at("2026-12-24T20:00")) == at("2026-12-28T08:00")
    assert next_start([AN], [], at("2026-11-27T20:00")) is None


def test_working_days_leave_out_weekends_and_holidays():
    assert after_working_days(at("2026-12-23T15:00"), 1) == at("2026-12-24T08:00")
    assert after_working_days(at("2026-12-24T15:00"), 1) == at("2026-12-28T08:00")
    assert next_digest(at("2026-11-27T08:00")) == at("2026-11-27T13:00")
    assert next_digest(at("2026-11-27T13:00")) == at("2026-11-30T08:00")


@pytest.mark.parametrize("text", ["9-17", "24:00-25:00", "9:60-10:00", "", "x"])
def test_hours_of_another_form_are_refused(text):
    with pytest.raises(UnknownMember, match="9:00-17:00"):
        read_hours(text)


def test_ranges_of_days_may_go_over_the_weekend():
    assert read_weekdays("mon-fri") == [0, 1, 2, 3, 4]
    assert read_weekdays("sat-mon") == [5, 6, 0]
    assert read_hours("22:00-6:00") == (1320, 360)


def test_a_removed_member_has_no_duty(database):
    roster = Roster(database)
    roster.add_member("an", "an@x.example", "carer")
    roster.add_shifts("an", "mon-fri", "9:00-17:00", absent=False, holidays=False)
    assert len(roster.shifts()) == 5
    roster.remove_member("an")
    assert roster.shifts() == roster.members() == []
    with pytest.raises(UnknownMember, match="an"):
        roster.add_shifts("an", "mon", "9:00-17:00", absent=False, holidays=False)
