"""Invitations to the check-in at chosen moments, as rows of the outbox; the person switched them on and can switch them off.

Owns when somebody is invited: never twice in 14 days, never while a signal is open, not in the weeks after a loss. What is said is knowledge/checkin.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.delivery.outbox import Clock, Outbox
from bot.people.registry import Person
from bot.store.checkin_models import CheckinRow, InvitationRow
from bot.store.database import Database
from bot.store.delivery_models import OutboxRow
from bot.store.models import now
from bot.store.signal_models import SignalRow

WEEK = timedelta(weeks=1)
MONTH = timedelta(days=30.44)
PREGNANT = {"weeks_20": 20 * WEEK, "weeks_32": 32 * WEEK}  # since the pregnancy began
BORN = {"after_2w": 2 * WEEK, "after_6w": 6 * WEEK, "after_12w": 12 * WEEK, "after_6m": 6 * MONTH, "after_12m": 12 * MONTH, "after_18m": 18 * MONTH}
PAUSE = timedelta(days=14)  # between two
QUIET = timedelta(weeks=8)  # after a loss
REMINDER = timedelta(hours=20)  # after "later"
STALE = timedelta(weeks=3)  # a moment that passed so long ago is left out


class Invitations:
    """Plans and gives out invitations."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock = now) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock

    def plan(self, person: Person, details: dict[str, Any]) -> list[str]:
        """Put the moments that are still to come, from the weeks of pregnancy or the months of the child; earlier plans are replaced.
        Returns the moments; empty when nothing is known. Call only with the person's consent."""
        at, planned = self._clock(), moments(details, self._clock())
        with self._database.exclusive() as session:
            self._cancel(session, person.id)
            for moment, when in planned.items():
                self._put(session, person, moment, when, at)
        return list(planned)

    def remind(self, person: Person) -> None:
        """Once more another day: the person asked for it by "later"."""
        at = self._clock()
        with self._database.exclusive() as session:
            self._put(session, person, "later", at + REMINDER, at)

    def _put(self, session: Session, person: Person, moment: str, when: datetime, at: datetime) -> None:
        key = f"invite:{person.id}:{moment}:{at.timestamp():.0f}"
        self._outbox.put(session, key, f"invite.{person.channel}", at=when, step=moment, person_id=person.id)

    def switch_off(self, person_id: str) -> None:
        """End all that waits."""
        with self._database.exclusive() as session:
            self._cancel(session, person_id)

    def be_quiet(self, person_id: str, *, on: bool = True) -> None:
        """Leave a person in peace for eight weeks, at once and without keeping a reason; `on=False` takes it back."""
        with self._database.exclusive() as session:
            _row(session, person_id).quiet_until = self._clock() + QUIET if on else None

    def due(self, person: Person) -> str | None:
        """The moment to invite a person at now; it counts as given out. None when there is none, or when it must not be."""
        at = self._clock()
        with self._database.exclusive() as session:
            waiting = self._waiting(session, person, at)
            fresh = [row for row in waiting if at - row.not_before <= STALE]
            moment = fresh[-1].step if fresh else None
            if not waiting or not self._may_invite(session, person.id, at, asked_for=moment == "later"):
                return None
            for row in waiting:
                row.done_at = at
            if moment:
                _row(session, person.id).invited_at = at
            return moment

    def _waiting(self, session: Session, person: Person, at: datetime) -> list[OutboxRow]:
        mine = (OutboxRow.person_id == person.id, OutboxRow.kind == f"invite.{person.channel}", OutboxRow.done_at.is_(None))
        return list(session.execute(select(OutboxRow).where(*mine, OutboxRow.not_before <= at).order_by(OutboxRow.not_before)).scalars())

    def _may_invite(self, session: Session, person_id: str, at: datetime, *, asked_for: bool) -> bool:
        open_signal = select(SignalRow.id).where(SignalRow.person_id == person_id, SignalRow.state != "closed")
        if session.execute(open_signal).first() is not None:
            return False
        row = session.get(InvitationRow, person_id)
        if row is not None and row.quiet_until is not None and at < row.quiet_until:
            return False
        put_off = CheckinRow.ended.in_(("later", "not_free"))
        last = select(func.max(CheckinRow.started_at)).where(CheckinRow.person_id == person_id, or_(CheckinRow.ended.is_(None), ~put_off))
        before = [session.execute(last).scalar(), None if asked_for or row is None else row.invited_at]
        return all(at - moment >= PAUSE for moment in before if moment is not None)

    def _cancel(self, session: Session, person_id: str) -> None:
        waiting = (OutboxRow.person_id == person_id, OutboxRow.kind.startswith("invite."), OutboxRow.done_at.is_(None))
        ended = {"done_at": self._clock(), "last_error": "cancelled"}
        session.execute(update(OutboxRow).where(*waiting).values(**ended).execution_options(synchronize_session=False))


def moments(details: dict[str, Any], at: datetime) -> dict[str, datetime]:
    """The moments to come for somebody so many weeks pregnant or with a child of so many months."""
    begun: dict[str, datetime] = {}
    if _is_number(details.get("months")):
        birth = at - float(details["months"]) * MONTH
        begun = {moment: birth + age for moment, age in BORN.items()}
    elif _is_number(details.get("weeks")):
        conceived = at - float(details["weeks"]) * WEEK
        begun = {moment: conceived + age for moment, age in PREGNANT.items()}
    return {moment: when for moment, when in begun.items() if when > at}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) or (isinstance(value, str) and value.replace(".", "", 1).isdigit())


def _row(session: Session, person_id: str) -> InvitationRow:
    row = session.get(InvitationRow, person_id)
    if row is None:
        row = InvitationRow(person_id=person_id)
        session.add(row)
    return row
