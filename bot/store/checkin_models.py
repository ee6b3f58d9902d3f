"""The tables of the check-in. Owns columns and keys; bot/checkin owns their use. What a person answered is `sealed_*`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String

from bot.store.models import Table, now
from bot.store.moment import Moment


class CheckinRow(Table):
    """One check-in. `ended` says how (done, stopped, skipped, danger); empty while it goes on or when it was left."""

    __tablename__ = "checkin"
    id = Column(Integer, primary_key=True)
    person_id = Column(String(32), ForeignKey("person.id", ondelete="CASCADE"), nullable=False)
    started_at = Column(Moment, nullable=False, default=now)
    ended_at = Column(Moment)
    ended = Column(String(16))
    sealed_answers = Column(LargeBinary)

    __table_args__ = (Index("ix_checkin_person_id_id", "person_id", "id"),)


class InvitationRow(Table):
    """When a person was last invited, and until when they are left in peace. No reason is kept."""

    __tablename__ = "checkin_invitation"
    person_id = Column(String(32), ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    invited_at = Column(Moment)
    quiet_until = Column(Moment)
