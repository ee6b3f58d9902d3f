"""The tables of signals and of the care team. Owns columns and keys; what the values mean belongs to bot/signals.

What must be read without the person (level, domains, times, who took it) is plain; what the person wrote is `sealed_*`. When a person is
erased the row stays as a skeleton: no pseudonym, no sealed column.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, text

from bot.store.models import Table, now
from bot.store.moment import Moment

IS_OPEN = text("state <> 'closed'")


class SignalRow(Table):
    """Something that may be off with a person. One open row per person: a second message joins it."""

    __tablename__ = "signal"
    id = Column(Integer, primary_key=True)
    person_id = Column(String(32), ForeignKey("person.id", ondelete="SET NULL"))
    level = Column(String(16), nullable=False)
    domains = Column(String(255), nullable=False)  # ids, joined by commas, the weightiest first
    whose = Column(String(16), nullable=False, default="self")
    state = Column(String(16), nullable=False, default="new")
    consent = Column(String(16), nullable=False, default="open")
    asked = Column(String(16))  # the question that the last reply put: clarify, consent, wish
    clarified = Column(Boolean, nullable=False, default=False)  # the one clarification was asked
    owner_id = Column(Integer, ForeignKey("care_member.id", ondelete="SET NULL"))
    role = Column(String(16), nullable=False, default="parent")
    language = Column(String(2))
    channel = Column(String(16))
    wished_time = Column(String(16))
    outcome = Column(String(32))
    sealed_evidence = Column(LargeBinary)
    sealed_messages = Column(LargeBinary)  # the message and the two before it
    alerts = Column(Integer, nullable=False, default=0)  # how many rounds of alerts went into the outbox
    raised_at = Column(Moment, nullable=False, default=now)
    level_at = Column(Moment, nullable=False, default=now)  # since when it has this level
    updated_at = Column(Moment, nullable=False, default=now)
    closed_at = Column(Moment)

    __table_args__ = (
        Index("uq_signal_open_person", "person_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_signal_person_id_id", "person_id", "id"),
        Index("ix_signal_state_level", "state", "level"),
    )


class SignalEventRow(Table):
    """The log of a signal. Only ever added to; never a text of the person."""

    __tablename__ = "signal_event"
    id = Column(Integer, primary_key=True)
    signal_id = Column(Integer, ForeignKey("signal.id", ondelete="CASCADE"), nullable=False, index=True)
    at = Column(Moment, nullable=False, default=now)
    what = Column(String(32), nullable=False)
    by = Column(String(32), nullable=False)  # gate, person, worker or member:<id>
    detail = Column(String(255))


class CareMemberRow(Table):
    """Somebody of the care team. `role` is carer or coordinator."""

    __tablename__ = "care_member"
    id = Column(Integer, primary_key=True)
    name = Column(String(64), nullable=False, unique=True)
    role = Column(String(16), nullable=False)
    mail = Column(String(255), nullable=False)
    active = Column(Boolean, nullable=False, default=True)


class DutyShiftRow(Table):
    """When a member is on duty: weekly (`weekday` 0 is Monday) or on one `day`. Minutes count from midnight in Brussels; an end before the
    start is on the next day. `absent` makes a single day free of duty, `holidays` lets a weekly shift count on public holidays too."""

    __tablename__ = "duty_shift"
    id = Column(Integer, primary_key=True)
    member_id = Column(Integer, ForeignKey("care_member.id", ondelete="CASCADE"), nullable=False, index=True)
    weekday = Column(Integer)
    day = Column(Date)
    start_minute = Column(Integer, nullable=False)
    end_minute = Column(Integer, nullable=False)
    absent = Column(Boolean, nullable=False, default=False)
    holidays = Column(Boolean, nullable=False, default=False)
