"""The queue of the desk: which signals wait, the most urgent and longest waiting first, with the clock of the ladder; and searching in all of them.

Owns order, deadlines and search. Reads only; no word of a person passes here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.delivery.outbox import Clock
from bot.signals.duty import after_working_days
from bot.signals.states import OPEN_STATES, SHARED, UNANSWERED
from bot.store.database import Database
from bot.store.delivery_models import OutboxRow
from bot.store.desk_models import RelayMessageRow, RelayRow
from bot.store.models import now
from bot.store.signal_models import CareMemberRow, SignalEventRow, SignalRow

LISTED = 300
URGENCY = {"emergency": 0, "today": 1, "soon": 2, "watch": 3}
CONTACT_WITHIN = {"emergency": timedelta(minutes=15), "today": timedelta(hours=4)}
TAKE_WITHIN = {"emergency": timedelta(minutes=5), "today": timedelta(minutes=60)}
WORKING_DAYS = {"take": 1, "contact": 3}  # below `today`


@dataclass(frozen=True)
class Waiting:
    """A signal in the queue. `due_at` is when it must be taken, or the parent contacted; `climbed` and `next_step` are steps of the ladder."""

    id: int
    level: str
    domains: tuple[str, ...]
    whose: str
    state: str
    role: str
    owner: str | None
    language: str | None
    wished_time: str | None
    outcome: str | None
    raised_at: datetime
    since: datetime
    follow_up_on: date | None
    due_at: datetime | None
    late: bool
    climbed: str | None
    next_step: str | None
    next_at: datetime | None
    unread: int = 0  # messages of the parent in the talk

    @property
    def is_unanswered(self) -> bool:
        return self.state in UNANSWERED


class Queue:
    """Lists signals."""

    def __init__(self, database: Database, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    def waiting(self) -> list[Waiting]:
        """The open signals that may be seen: by level, then nobody's before somebody's, then the longest waiting."""
        urgency = case(URGENCY, value=SignalRow.level, else_=9)
        nobodys = case((SignalRow.owner_id.is_(None), 0), else_=1)
        with self._database.session() as session:
            wanted = _with_owner().where(SignalRow.state.in_(OPEN_STATES), SignalRow.consent.in_(SHARED))
            rows = session.execute(wanted.order_by(urgency, nobodys, SignalRow.level_at, SignalRow.id).limit(LISTED)).all()
            return self._lines(session, rows)

    def follow_ups(self, until: date) -> list[Waiting]:
        """Closed signals whose day has come."""
        with self._database.session() as session:
            due = (SignalRow.state == "closed", SignalRow.consent.in_(SHARED), SignalRow.follow_up_on <= until)
            rows = session.execute(_with_owner().where(*due).order_by(SignalRow.follow_up_on).limit(LISTED)).all()
            return self._lines(session, rows)

    def search(self, *, number: int | None = None, domains: Iterable[str] = (), **equal: str) -> list[Waiting]:
        """Signals that may be seen, open and closed, the newest first; `equal` are columns, `owner` a name, `domains` any of them."""
        wanted = _with_owner().where(SignalRow.consent.in_(SHARED))
        if number is not None:
            wanted = wanted.where(SignalRow.id == number)
        columns = {"level": SignalRow.level, "state": SignalRow.state, "language": SignalRow.language, "owner": CareMemberRow.name}
        for name, value in equal.items():
            wanted = wanted.where(func.lower(columns[name]) == value.lower())
        with self._database.session() as session:
            rows = session.execute(wanted.order_by(SignalRow.id.desc()).limit(LISTED)).all()
            asked = set(domains)
            found = [(row, owner) for row, owner in rows if not asked or asked & set(row.domains.split(","))]
            return self._lines(session, found)

    def mark(self) -> tuple[int, ...]:
        """Changes when the queue changed; every ten seconds it changes anyway, so that nothing is missed for longer."""
        with self._database.session() as session:
            last_event = session.execute(select(func.max(SignalEventRow.id))).scalar() or 0
            last_word = session.execute(select(func.max(RelayMessageRow.id))).scalar() or 0
        return last_event, last_word, int(self._clock().timestamp()) // 10

    def _lines(self, session: Session, rows: list[Any]) -> list[Waiting]:
        at, ids = self._clock(), [row.id for row, _ in rows]
        steps = self._steps(session, {row.id: row.alerts for row, _ in rows})
        unread = dict(
            session.execute(
                select(RelayRow.signal_id, func.count())
                .join(RelayMessageRow, RelayMessageRow.relay_id == RelayRow.id)
                .where(RelayRow.signal_id.in_(ids), RelayMessageRow.author == "parent", RelayMessageRow.state == "sent")
                .group_by(RelayRow.signal_id)
            ).all()
        )
        return [_line(row, owner, steps.get(row.id, ([], [])), unread.get(row.id, 0), at) for row, owner in rows]

    def _steps(self, session: Session, rounds: dict[int, int]) -> dict[int, tuple[list, list]]:
        """Per signal, of its last round of alerts: the steps that were climbed and those to come, as (step, time)."""
        found: dict[int, tuple[list, list]] = {}
        wanted = select(OutboxRow.signal_id, OutboxRow.key, OutboxRow.step, OutboxRow.not_before, OutboxRow.done_at, OutboxRow.last_error)
        for signal_id, key, step, when, done_at, error in session.execute(
            wanted.where(OutboxRow.signal_id.in_(rounds), OutboxRow.kind == "ladder").order_by(OutboxRow.not_before)
        ):
            if key.startswith(f"signal:{signal_id}:{rounds[signal_id]}:") and error != "cancelled":
                climbed, ahead = found.setdefault(signal_id, ([], []))
                (ahead if done_at is None else climbed).append((step, when))
        return found


def _with_owner():
    return select(SignalRow, CareMemberRow.name).outerjoin(CareMemberRow, CareMemberRow.id == SignalRow.owner_id)


def _line(row: SignalRow, owner: str | None, steps: tuple[list, list], unread: int, at: datetime) -> Waiting:
    climbed, ahead = steps
    unanswered = row.state in UNANSWERED
    next_step, next_at = ahead[0] if unanswered and ahead else (None, None)
    has_climbed = unanswered and bool(climbed)  # then the time of the first step is over
    due = next_at if next_at and not has_climbed else _deadline(row, unanswered)
    late = has_climbed or (due is not None and due < at)
    return Waiting(
        row.id, row.level, tuple(row.domains.split(",")), row.whose, row.state, row.role, owner, row.language, row.wished_time, row.outcome,
        row.raised_at, row.level_at, row.follow_up_on, due, late, climbed[-1][0] if has_climbed else None, next_step, next_at, unread,
    )  # fmt: skip


def _deadline(row: SignalRow, unanswered: bool) -> datetime | None:
    """When it must be taken, or once it is, the parent contacted; None when that is done."""
    if row.state in ("contacted", "closed"):
        return None
    within = (TAKE_WITHIN if unanswered else CONTACT_WITHIN).get(row.level)
    if within is not None:
        return row.level_at + within
    return after_working_days(row.level_at, WORKING_DAYS["take" if unanswered else "contact"])
