"""The outbox: what must go out, as rows that any process may take. At least once, in order of time, never two takers at once.

A claim moves `not_before` past a lease and counts an attempt, in one conditional UPDATE: who loses the race changes no row, and what a dead
process had claimed comes back by itself. Owns rows and times; who delivers a kind is bot/delivery/courier.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.store.database import Database
from bot.store.delivery_models import OutboxRow
from bot.store.models import now

LEASE = timedelta(seconds=60)  # longer than any delivery may take
LONGEST_PAUSE = timedelta(seconds=60)  # between two attempts
SKEW = timedelta(minutes=1)  # how far clocks may differ; a row from further in the future means that the clock went back
KEPT_FOR = timedelta(days=7)
Clock = Callable[[], datetime]
Ticket = tuple[int, int]  # id and attempts of a row as it was seen: who claims with an old one gets nothing


@dataclass(frozen=True)
class Parcel:
    """A claimed row."""

    id: int
    key: str
    kind: str
    step: str | None
    signal_id: int | None
    person_id: str | None
    sealed_payload: bytes | None
    attempts: int


class Outbox:
    """Puts, claims and ends rows."""

    def __init__(self, database: Database, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    def put(self, session: Session, key: str, kind: str, *, at: datetime, **about: object) -> bool:
        """Add within the caller's transaction; `about` are columns. False when the key is there already."""
        if session.execute(select(OutboxRow.id).where(OutboxRow.key == key)).first():
            return False
        session.add(OutboxRow(key=key, kind=kind, not_before=at, created_at=self._clock(), **about))
        return True

    def cancel(self, session: Session, signal_id: int) -> None:
        """End all that still waits for a signal, within the caller's transaction."""
        waiting = (OutboxRow.signal_id == signal_id, OutboxRow.done_at.is_(None))
        session.execute(update(OutboxRow).where(*waiting).values(done_at=self._clock(), last_error="cancelled"))

    def due(self, kinds: Collection[str], most: int = 50) -> list[Ticket]:
        """Rows whose time has come, oldest first.

        A clock that went back must not hold anything up: then rows made in the future, and pauses longer than any pause, are due too.
        """
        at = self._clock()
        is_due = or_(
            OutboxRow.not_before <= at,
            OutboxRow.created_at > at + SKEW,
            and_(OutboxRow.attempts > 0, OutboxRow.not_before > at + LEASE + LONGEST_PAUSE + SKEW),
        )
        with self._database.session() as session:
            found = select(OutboxRow.id, OutboxRow.attempts).where(OutboxRow.done_at.is_(None), OutboxRow.kind.in_(kinds), is_due)
            return [tuple(row) for row in session.execute(found.order_by(OutboxRow.not_before, OutboxRow.id).limit(most))]

    def claim(self, ticket: Ticket) -> Parcel | None:
        """Take a row for as long as a lease; None when another process was first or it is done."""
        row_id, attempts = ticket
        with self._database.session() as session:
            mine = (OutboxRow.id == row_id, OutboxRow.attempts == attempts, OutboxRow.done_at.is_(None))
            taken = update(OutboxRow).where(*mine).values(attempts=attempts + 1, not_before=self._clock() + LEASE)
            if session.execute(taken.execution_options(synchronize_session=False)).rowcount != 1:
                return None
            row = session.get(OutboxRow, row_id)
            return Parcel(row.id, row.key, row.kind, row.step, row.signal_id, row.person_id, row.sealed_payload, row.attempts)

    def done(self, parcel: Parcel) -> None:
        """It has gone out."""
        with self._database.session() as session:
            finish(session, parcel, self._clock())

    def failed(self, parcel: Parcel, error: Exception) -> None:
        """Try again later. Only the error's class is kept: its text may hold an address."""
        with self._database.session() as session:
            values = {"not_before": self._clock() + pause(parcel.attempts), "last_error": type(error).__name__[:64]}
            session.execute(update(OutboxRow).where(OutboxRow.id == parcel.id, OutboxRow.done_at.is_(None)).values(**values))

    def waiting_for(self, person_id: str, kind: str, most: int = 3) -> list[Ticket]:
        """Due rows of one kind for one person."""
        with self._database.session() as session:
            mine = (OutboxRow.person_id == person_id, OutboxRow.kind == kind, OutboxRow.done_at.is_(None))
            found = select(OutboxRow.id, OutboxRow.attempts).where(*mine, OutboxRow.not_before <= self._clock())
            return [tuple(row) for row in session.execute(found.order_by(OutboxRow.id).limit(most))]

    def has_gone(self, key_prefix: str, signal_id: int) -> bool:
        """Whether anything with a key of that beginning has been delivered."""
        with self._database.session() as session:
            rows = session.execute(
                select(OutboxRow.key).where(OutboxRow.signal_id == signal_id, OutboxRow.done_at.is_not(None), OutboxRow.last_error.is_(None))
            ).scalars()
            return any(key.startswith(key_prefix) for key in rows)

    def prune(self, at: datetime) -> None:
        """Forget rows that were done long ago."""
        with self._database.session() as session:
            session.execute(delete(OutboxRow).where(OutboxRow.done_at < at - KEPT_FOR))


def finish(session: Session, parcel: Parcel, at: datetime) -> None:
    """Mark as done within a transaction that also holds the effects."""
    session.execute(update(OutboxRow).where(OutboxRow.id == parcel.id).values(done_at=at, last_error=None))


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, at most a minute, with jitter so that processes do not march in step."""
    longest = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(attempts, 10)))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
