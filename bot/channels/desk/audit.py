"""The audit log of the desk: every view and every act, noted before it happens. Owns writing and reading it; never a word of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.delivery.outbox import Clock
from bot.store.database import Database
from bot.store.desk_models import DeskAuditRow
from bot.store.models import now
from bot.store.signal_models import CareMemberRow

PAGE = 100  # entries at once


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    id: int
    at: datetime
    name: str | None
    what: str
    signal_id: int | None
    detail: str | None


class Audit:
    """Writes and reads."""

    def __init__(self, database: Database, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    def note(self, member_id: int | None, what: str, signal_id: int | None = None, detail: str | None = None) -> None:
        with self._database.session() as session:
            session.add(DeskAuditRow(at=self._clock(), member_id=member_id, what=what, signal_id=signal_id, detail=detail))

    def entries(self, *, signal_id: int | None = None, name: str | None = None, before: int | None = None) -> list[Entry]:
        """The newest entries, of one signal, of one member or all; `before` an id, for the next page."""
        wanted = select(DeskAuditRow, CareMemberRow.name).outerjoin(CareMemberRow, CareMemberRow.id == DeskAuditRow.member_id)
        if signal_id is not None:
            wanted = wanted.where(DeskAuditRow.signal_id == signal_id)
        if name:
            wanted = wanted.where(CareMemberRow.name == name)
        if before is not None:
            wanted = wanted.where(DeskAuditRow.id < before)
        with self._database.session() as session:
            rows = session.execute(wanted.order_by(DeskAuditRow.id.desc()).limit(PAGE))
            return [Entry(row.id, row.at, who, row.what, row.signal_id, row.detail) for row, who in rows]
