"""What a person left in the tables of delivery and signals: shown to them on request, and taken out when they are erased.

Owns which columns are theirs. A signal and its log stay as a skeleton without pseudonym and without text: that people were alerted, and when, is
the account of the team.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from bot.store.delivery_models import InboxRow, OutboxRow
from bot.store.models import now
from bot.store.signal_models import SignalEventRow, SignalRow

Open = Callable[[bytes], Any]  # what was sealed for this person


def received(session: Session, person_id: str, opened: Open) -> list[dict[str, Any]]:
    """The messages that the inbox still holds, oldest first."""
    rows = session.execute(select(InboxRow).where(InboxRow.person_id == person_id).order_by(InboxRow.id)).scalars()
    return [{"at": row.received_at.isoformat(), "text": opened(row.sealed_text)["text"], "level": row.level} for row in rows]


def signals(session: Session, person_id: str, opened: Open) -> list[dict[str, Any]]:
    """The person's signals with everything that is stored about them."""
    rows = session.execute(select(SignalRow).where(SignalRow.person_id == person_id).order_by(SignalRow.id)).scalars().all()
    return [_signal(session, row, opened) for row in rows]


def _signal(session: Session, row: SignalRow, opened: Open) -> dict[str, Any]:
    log = session.execute(select(SignalEventRow).where(SignalEventRow.signal_id == row.id).order_by(SignalEventRow.id)).scalars()
    plain = ("level", "domains", "whose", "state", "consent", "language", "channel", "wished_time", "outcome")
    return {name: getattr(row, name) for name in plain} | {
        "raised": row.raised_at.isoformat(),
        "messages": opened(row.sealed_messages) if row.sealed_messages else [],
        "evidence": opened(row.sealed_evidence) if row.sealed_evidence else [],
        "log": [{"at": event.at.isoformat(), "what": event.what, "by": event.by} for event in log],
    }


def erase(session: Session, person_id: str) -> None:
    """Take the person out. Open signals end: nobody can be reached any more."""
    mine = SignalRow.person_id == person_id
    ids = list(session.execute(select(SignalRow.id).where(mine)).scalars())
    session.execute(delete(InboxRow).where(InboxRow.person_id == person_id))
    session.execute(delete(OutboxRow).where(or_(OutboxRow.person_id == person_id, OutboxRow.signal_id.in_(ids))))
    at = now()
    for signal_id in ids:
        session.add(SignalEventRow(signal_id=signal_id, what="erased", by="person", at=at))
    gone = {"person_id": None, "sealed_messages": None, "sealed_evidence": None, "language": None, "channel": None, "wished_time": None}
    session.execute(update(SignalRow).where(mine, SignalRow.state != "closed").values(state="closed", outcome="erased", closed_at=at))
    session.execute(update(SignalRow).where(mine).values(asked=None, **gone))
