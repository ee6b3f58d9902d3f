"""What the team does with signals: look, take, say that the parent was contacted, close, reopen. Owns the claim: one signal, one owner.

Words of a person are shown only where the person allowed it or life is at risk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.delivery.outbox import Clock, Outbox
from bot.errors import UnknownMember, UnknownSignal
from bot.people.keys import Keyring
from bot.signals.raising import note
from bot.signals.states import OPEN_STATES, OUTCOMES, SHARED, UNANSWERED, Signal
from bot.store.database import Database
from bot.store.models import PersonRow, now
from bot.store.signal_models import CareMemberRow, SignalEventRow, SignalRow

LISTED = 200  # signals at once


class Care:
    """The work of the team on signals."""

    def __init__(self, database: Database, keyring: Keyring, outbox: Outbox, clock: Clock = now) -> None:
        self._database = database
        self._keyring = keyring
        self._outbox = outbox
        self._clock = clock

    def open_signals(self, *, closed: bool = False) -> list[Signal]:
        """Signals that may be seen, the newest first; the closed ones instead when asked for."""
        states = ("closed",) if closed else OPEN_STATES
        with self._database.session() as session:
            wanted = select(SignalRow).where(SignalRow.state.in_(states), SignalRow.consent.in_(SHARED))
            rows = session.execute(wanted.order_by(SignalRow.id.desc()).limit(LISTED)).scalars()
            return [self._signal(session, row) for row in rows]

    def count_unshared(self) -> int:
        """How many open signals wait for the person's yes: nothing else of them is shown."""
        with self._database.session() as session:
            waiting = select(func.count()).select_from(SignalRow)
            return session.execute(waiting.where(SignalRow.state.in_(OPEN_STATES), SignalRow.consent.not_in(SHARED))).scalar_one()

    def show(self, signal_id: int) -> Signal:
        """A signal with its words, its evidence and its log.

        Raises:
            UnknownSignal: there is none, or the person did not allow to share it.
        """
        with self._database.session() as session:
            row = _get(session, signal_id)
            log = session.execute(select(SignalEventRow).where(SignalEventRow.signal_id == signal_id).order_by(SignalEventRow.id)).scalars()
            events = tuple({"at": event.at.isoformat(), "what": event.what, "by": event.by, "detail": event.detail} for event in log)
            return self._signal(session, row, words=True, log=events)

    def take(self, signal_id: int, member: str) -> Signal:
        """Make a member the owner; of two who try at once, one wins.

        Raises:
            UnknownSignal: somebody has it already, or it is closed.
        """
        with self._database.exclusive() as session:
            owner = find_member(session, member)
            row = _get(session, signal_id)
            if not self._move(session, row, UNANSWERED, state="taken", owner_id=owner.id):
                taken_by = _name(session, row.owner_id)
                raise UnknownSignal(f"Signal {signal_id} is {row.state}{f' by {taken_by}' if taken_by else ''}: it cannot be taken.")
            self._tell_parent(session, row)
            note(session, row, "taken", f"member:{owner.id}", self._clock())
        return self.show(signal_id)

    def contacted(self, signal_id: int, member: str) -> Signal:
        """Note that somebody spoke with the parent."""
        return self._step(signal_id, member, ("taken", *UNANSWERED), "contacted")

    def close(self, signal_id: int, member: str, outcome: str) -> Signal:
        """End a signal with an outcome.

        Raises:
            UnknownSignal: it is closed, or the outcome is none of OUTCOMES.
        """
        if outcome not in OUTCOMES:
            raise UnknownSignal(f"The outcome must be one of {', '.join(OUTCOMES)}.")
        return self._step(signal_id, member, OPEN_STATES, "closed", outcome=outcome, closed_at=self._clock())

    def reopen(self, signal_id: int, member: str) -> Signal:
        """Take up a closed signal again: it counts as new, without owner."""
        try:
            return self._step(signal_id, member, ("closed",), "reopened", outcome=None, closed_at=None, owner_id=None)
        except IntegrityError as error:
            raise UnknownSignal(f"The person of signal {signal_id} has another open signal: look at that one.") from error

    def _step(self, signal_id: int, member: str, allowed: Iterable[str], state: str, **values: Any) -> Signal:
        with self._database.exclusive() as session:
            who = find_member(session, member)
            row = _get(session, signal_id)
            before = row.state
            if not self._move(session, row, allowed, state=state, **values):
                raise UnknownSignal(f"Signal {signal_id} is {before}: it cannot become {state}.")
            if state == "closed":
                self._outbox.cancel(session, signal_id)
            note(session, row, state, f"member:{who.id}", self._clock(), detail=values.get("outcome"))
        return self.show(signal_id)

    def _move(self, session: Session, row: SignalRow, allowed: Iterable[str], **values: Any) -> bool:
        """Change the state only if it still is one of those allowed: the conditional UPDATE that makes one owner."""
        where = (SignalRow.id == row.id, SignalRow.state.in_(tuple(allowed)))
        move = update(SignalRow).where(*where).values(updated_at=self._clock(), **values)
        changed = session.execute(move.execution_options(synchronize_session=False))
        session.refresh(row)
        return changed.rowcount == 1

    def _tell_parent(self, session: Session, row: SignalRow) -> None:
        if row.person_id:
            key = f"signal:{row.id}:{row.alerts}:taken"
            about = {"step": "taken", "signal_id": row.id, "person_id": row.person_id}
            self._outbox.put(session, key, f"notice.{row.channel}", at=self._clock(), **about)

    def _signal(self, session: Session, row: SignalRow, *, words: bool = False, log: tuple[dict[str, Any], ...] = ()) -> Signal:
        key = session.execute(select(PersonRow.wrapped_key).where(PersonRow.id == row.person_id)).scalar() if words else None
        return Signal(
            id=row.id, level=row.level, domains=tuple(row.domains.split(",")), whose=row.whose, state=row.state, consent=row.consent,
            owner=_name(session, row.owner_id), role=row.role, language=row.language, channel=row.channel, wished_time=row.wished_time,
            outcome=row.outcome, raised_at=row.raised_at, updated_at=row.updated_at, log=log,
            messages=tuple(self._open(key, row, row.sealed_messages)), evidence=tuple(self._open(key, row, row.sealed_evidence)),
        )  # fmt: skip

    def _open(self, key: bytes | None, row: SignalRow, sealed: bytes | None) -> list[Any]:
        return json.loads(self._keyring.open(key, row.person_id, sealed)) if key and sealed else []


def _get(session: Session, signal_id: int) -> SignalRow:
    row = session.execute(select(SignalRow).where(SignalRow.id == signal_id).with_for_update()).scalar_one_or_none()
    if row is None:
        raise UnknownSignal(f"There is no signal {signal_id}. `kiem signals list` shows them.")
    if row.consent not in SHARED:
        raise UnknownSignal(f"Signal {signal_id} is not shared with the team: the person did not agree to that.")
    return row


def find_member(session: Session, name: str) -> CareMemberRow:
    """An active member by name.

    Raises:
        UnknownMember: nobody has it.
    """
    found = select(CareMemberRow).where(CareMemberRow.name == name, CareMemberRow.active)
    row = session.execute(found).scalar_one_or_none()
    if row is None:
        raise UnknownMember(f"Nobody of the care team is called {name}. `kiem team list` shows who is.")
    return row


def _name(session: Session, member_id: int | None) -> str | None:
    member = session.get(CareMemberRow, member_id) if member_id else None
    return member.name if member else None


