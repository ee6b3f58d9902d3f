"""Who is on duty when. Owns shifts, single days, Belgian holidays and what may be said of the team now; reads, never writes texts.

Hours are those of Brussels, also when the clocks change. A weekly shift does not count on a public holiday unless it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import select

from bot.store.database import Database
from bot.store.models import FactRow
from bot.store.signal_models import CareMemberRow, DutyShiftRow

BRUSSELS = ZoneInfo("Europe/Brussels")
LOOK_AHEAD = 21  # days in which the next shift is looked for
HEARTBEAT = "heartbeat"  # the fact that says whether the alert channel works
HEARTBEAT_HOLDS = timedelta(minutes=3)  # it is renewed once a minute
DIGEST_HOURS = (9, 14)


@dataclass(frozen=True)
class Member:
    """Somebody of the care team."""

    id: int
    name: str
    role: str
    mail: str


@dataclass(frozen=True)
class Shift:
    """When a member is on duty: see DutyShiftRow for the meaning of the fields."""

    member_id: int
    weekday: int | None
    day: date | None
    start_minute: int
    end_minute: int
    absent: bool = False
    holidays: bool = False

    def holds_on(self, day: date) -> bool:
        if self.day is not None:
            return self.day == day
        return self.weekday == day.weekday() and (self.holidays or not is_holiday(day))


@dataclass(frozen=True)
class TeamState:
    """What is true of the team at a moment. `reads_again` is set when nobody is on duty and somebody will be."""

    configured: bool = False
    on_duty: bool = False
    alert_works: bool = False
    reads_again: datetime | None = None


NOBODY = TeamState()


class CareTeam:
    """The team, its calendar and its alert channel, as they stand in the database."""

    def __init__(self, database: Database, transports: Iterable[str] = ()) -> None:
        self._database = database
        self.transports = tuple(transports)  # kinds of alerts that are set up: mail, webhook

    def state(self, at: datetime) -> TeamState:
        """What is true at a moment. Without members, shifts or an alert channel there is no human in real time."""
        members, shifts = self._read()
        if not (self.transports and members and shifts):
            return NOBODY
        on_duty = bool(_on_duty(members, shifts, at))
        return TeamState(True, on_duty, self._channel_works(at), None if on_duty else next_start(members, shifts, at))

    def on_duty(self, at: datetime) -> list[Member]:
        return _on_duty(*self._read(), at)

    def members(self, role: str | None = None) -> list[Member]:
        """The active members, of one role or all."""
        return [member for member in self._read()[0] if role in (None, member.role)]

    def _read(self) -> tuple[list[Member], list[Shift]]:
        with self._database.session() as session:
            rows = session.execute(select(CareMemberRow).where(CareMemberRow.active).order_by(CareMemberRow.id)).scalars().all()
            members = [Member(row.id, row.name, row.role, row.mail) for row in rows]
            return members, [_shift(row) for row in session.execute(select(DutyShiftRow).order_by(DutyShiftRow.id)).scalars()]

    def _channel_works(self, at: datetime) -> bool:
        with self._database.session() as session:
            fact = session.get(FactRow, HEARTBEAT)
            word, _, moment = (fact.value if fact else "").partition(" ")
        return word == "ok" and abs(at - datetime.fromisoformat(moment)) < HEARTBEAT_HOLDS

    def note_heartbeat(self, at: datetime, *, works: bool) -> None:
        """Keep whether the alert channel worked just now."""
        with self._database.session() as session:
            session.merge(FactRow(name=HEARTBEAT, value=f"{'ok' if works else 'failed'} {at.astimezone(timezone.utc).isoformat()}"))


def _shift(row: DutyShiftRow) -> Shift:
    return Shift(row.member_id, row.weekday, row.day, row.start_minute, row.end_minute, bool(row.absent), bool(row.holidays))


def _on_duty(members: list[Member], shifts: list[Shift], at: datetime) -> list[Member]:
    today = at.astimezone(BRUSSELS).date()
    days = [today - timedelta(days=1), today]  # a night shift began yesterday
    present = {member_id for day in days for member_id, start, end in hours(shifts, day) if start <= at < end}
    return [member for member in members if member.id in present]


def next_start(members: list[Member], shifts: list[Shift], at: datetime) -> datetime | None:
    """When somebody is on duty again, in UTC; None when nobody will be within three weeks."""
    known = {member.id for member in members}
    today = at.astimezone(BRUSSELS).date()
    for ahead in range(LOOK_AHEAD):
        starts = [start for member_id, start, _ in hours(shifts, today + timedelta(days=ahead)) if member_id in known and start > at]
        if starts:
            return min(starts)
    return None


def hours(shifts: Iterable[Shift], day: date) -> Iterator[tuple[int, datetime, datetime]]:
    """(member, start, end) of every shift that begins on a day, in UTC."""
    shifts = list(shifts)
    absent = {shift.member_id for shift in shifts if shift.absent and shift.holds_on(day)}
    for shift in shifts:
        if not shift.absent and shift.member_id not in absent and shift.holds_on(day):
            over_midnight = shift.end_minute <= shift.start_minute
            yield shift.member_id, local(day, shift.start_minute), local(day + timedelta(days=over_midnight), shift.end_minute)


def local(day: date, minute: int) -> datetime:
    """A minute of a day in Brussels, as UTC; minute 1440 is the next midnight."""
    moment = datetime.combine(day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60), BRUSSELS)
    return moment.astimezone(timezone.utc)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("BE", years=year))


def is_holiday(day: date) -> bool:
    """Whether a day is a public holiday in Belgium."""
    return day in _holidays(day.year)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and not is_holiday(day)


def after_working_days(at: datetime, count: int) -> datetime:
    """Nine o'clock on the working day that comes so many working days later, in UTC."""
    day = at.astimezone(BRUSSELS).date()
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return local(day, DIGEST_HOURS[0] * 60)


def next_digest(at: datetime) -> datetime:
    """When the next digest goes out: at nine and at two on working days, in UTC."""
    day = at.astimezone(BRUSSELS).date()
    while True:
        slots = [local(day, hour * 60) for hour in DIGEST_HOURS if is_working_day(day)]
        later = [slot for slot in slots if slot > at]
        if later:
            return later[0]
        day += timedelta(days=1)
