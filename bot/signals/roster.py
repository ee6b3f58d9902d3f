"""Changing the team and its shifts. Owns what may be written; who is on duty is bot/signals/duty.py."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from bot.errors import UnknownMember
from bot.signals.care import find_member
from bot.signals.states import MEMBER_ROLES
from bot.store.database import Database
from bot.store.signal_models import CareMemberRow, DutyShiftRow

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


class Roster:
    """Members and shifts as rows that are easy to print."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_member(self, name: str, mail: str, role: str) -> dict[str, Any]:
        """Add or change a member.

        Raises:
            UnknownMember: the role or the address has not the right form.
        """
        if role not in MEMBER_ROLES or "@" not in mail or any(sign in mail for sign in "\r\n, "):
            raise UnknownMember("A member needs a mail address and a role: carer or coordinator.")
        with self._database.session() as session:
            row = session.execute(select(CareMemberRow).where(CareMemberRow.name == name)).scalar_one_or_none()
            if row is None:
                row = CareMemberRow(name=name)
                session.add(row)
            row.mail, row.role, row.active = mail, role, True
            session.flush()
            return _member(row)

    def members(self) -> list[dict[str, Any]]:
        with self._database.session() as session:
            found = select(CareMemberRow).where(CareMemberRow.active).order_by(CareMemberRow.id)
            return [_member(row) for row in session.execute(found).scalars()]

    def remove_member(self, name: str) -> None:
        """No alerts and no duty any more. Raises UnknownMember."""
        with self._database.session() as session:
            row = find_member(session, name)
            row.active = False
            session.execute(delete(DutyShiftRow).where(DutyShiftRow.member_id == row.id))

    def add_shifts(self, name: str, on: str, hours: str, *, absent: bool, holidays: bool) -> list[dict[str, Any]]:
        """Shifts of a member: one for a date, one for each weekday of a range.

        Raises:
            UnknownMember: nobody has that name, or the day or the hours have not the right form.
        """
        start, end = read_hours(hours)
        days: list[dict[str, Any]] = [{"day": _date(on)}] if on[:1].isdigit() else [{"weekday": day} for day in read_weekdays(on)]
        if absent and "weekday" in days[0]:
            raise UnknownMember("An absence is on a date, such as 2026-12-24.")
        with self._database.session() as session:
            member = find_member(session, name)
            rows = [
                DutyShiftRow(member_id=member.id, start_minute=start, end_minute=end, absent=absent, holidays=holidays, **day) for day in days
            ]
            session.add_all(rows)
            session.flush()
            return [_shift(row, member.name) for row in rows]

    def shifts(self) -> list[dict[str, Any]]:
        with self._database.session() as session:
            found = select(DutyShiftRow, CareMemberRow.name).join(CareMemberRow).order_by(DutyShiftRow.id)
            return [_shift(row, name) for row, name in session.execute(found)]

    def remove_shift(self, shift_id: int) -> None:
        """Raises UnknownMember when there is no such shift."""
        with self._database.session() as session:
            if session.execute(delete(DutyShiftRow).where(DutyShiftRow.id == shift_id)).rowcount != 1:
                raise UnknownMember(f"There is no shift {shift_id}. `kiem duty list` shows them.")


def read_hours(text: str) -> tuple[int, int]:
    """Minutes from midnight of "9:00-17:00"; an end before the start is on the next day.

    Raises:
        UnknownMember: it has not that form.
    """
    match = _HOURS.fullmatch(text.strip())
    first, first_minute, last, last_minute = map(int, match.groups()) if match else (99, 0, 99, 0)
    start, end = first * 60 + first_minute, last * 60 + last_minute
    if first_minute > 59 or last_minute > 59 or start >= 1440 or end > 1440:
        raise UnknownMember("Hours are written as 9:00-17:00.")
    return start, end


def read_weekdays(text: str) -> list[int]:
    """Numbers of the days of "mon", or of "mon-fri". Raises UnknownMember."""
    first, _, last = text.lower().partition("-")
    if first not in WEEKDAYS or (last and last not in WEEKDAYS):
        raise UnknownMember(f"A day is one of {', '.join(WEEKDAYS)}, a range such as mon-fri, or a date such as 2026-12-24.")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnknownMember("A date is written as 2026-12-24.") from error


def _member(row: CareMemberRow) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "role": row.role, "mail": row.mail}


def _shift(row: DutyShiftRow, name: str) -> dict[str, Any]:
    hours = f"{row.start_minute // 60}:{row.start_minute % 60:02}-{row.end_minute // 60}:{row.end_minute % 60:02}"
    when = row.day.isoformat() if row.day else WEEKDAYS[row.weekday]
    return {"id": row.id, "name": name, "on": when, "hours": hours, "absent": bool(row.absent), "holidays": bool(row.holidays)}
