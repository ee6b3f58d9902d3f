"""The tables of the care desk: accounts, sessions, the audit log, notes, and the relay between a carer and a parent.

Owns columns and keys; bot/channels/desk and bot/signals own their use. What a parent or a carer wrote is `sealed_*` with the parent's key, so that
erasing the parent takes it out.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, text

from bot.store.models import Table, now
from bot.store.moment import Moment

IS_RUNNING = text("closed_at IS NULL")


class DeskUserRow(Table):
    """The account of a member of the team. `totp_step` is the last half minute whose code was used: a code counts once."""

    __tablename__ = "desk_user"
    id = Column(Integer, primary_key=True)
    member_id = Column(Integer, ForeignKey("care_member.id", ondelete="CASCADE"), nullable=False, unique=True)
    title = Column(String(64))  # what parents read beside the name, such as midwife
    language = Column(String(2), nullable=False, default="nl")
    password_hash = Column(String(255), nullable=False)
    wrapped_key = Column(LargeBinary(64), nullable=False)
    sealed_totp = Column(LargeBinary, nullable=False)
    totp_step = Column(Integer, nullable=False, default=0)
    tries = Column(Integer, nullable=False, default=0)  # since the last login that worked
    locked_until = Column(Moment)
    created_at = Column(Moment, nullable=False, default=now)


class DeskSessionRow(Table):
    """A browser that is logged in. The token itself is only in its cookie."""

    __tablename__ = "desk_session"
    id = Column(Integer, primary_key=True)
    token_hash = Column(LargeBinary(32), nullable=False, unique=True)
    user_id = Column(Integer, ForeignKey("desk_user.id", ondelete="CASCADE"), nullable=False, index=True)
    created_at = Column(Moment, nullable=False, default=now)
    seen_at = Column(Moment, nullable=False, default=now)


class DeskAuditRow(Table):
    """Who looked at what, and did what. Only ever added to; no words of anybody."""

    __tablename__ = "desk_audit"
    id = Column(Integer, primary_key=True)
    at = Column(Moment, nullable=False, default=now)
    member_id = Column(Integer, ForeignKey("care_member.id", ondelete="SET NULL"))
    what = Column(String(32), nullable=False)
    signal_id = Column(Integer, index=True)  # no key: the log outlives what it speaks of
    detail = Column(String(255))


class SignalNoteRow(Table):
    """What a carer noted about a signal."""

    __tablename__ = "signal_note"
    id = Column(Integer, primary_key=True)
    signal_id = Column(Integer, ForeignKey("signal.id", ondelete="CASCADE"), nullable=False, index=True)
    member_id = Column(Integer, ForeignKey("care_member.id", ondelete="SET NULL"))
    at = Column(Moment, nullable=False, default=now)
    sealed_text = Column(LargeBinary, nullable=False)


class RelayRow(Table):
    """A talk between a carer and a parent; a person has at most one that runs. `waits_since`: the parent wrote and no carer has answered yet."""

    __tablename__ = "relay"
    id = Column(Integer, primary_key=True)
    signal_id = Column(Integer, ForeignKey("signal.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(String(32), ForeignKey("person.id", ondelete="CASCADE"), nullable=False)
    member_id = Column(Integer, ForeignKey("care_member.id", ondelete="SET NULL"))
    opened_at = Column(Moment, nullable=False, default=now)
    last_at = Column(Moment, nullable=False, default=now)
    waits_since = Column(Moment)
    closed_at = Column(Moment)
    closed_why = Column(String(16))

    __table_args__ = (
        Index("uq_relay_running_person", "person_id", unique=True, sqlite_where=IS_RUNNING, postgresql_where=IS_RUNNING),
        Index("ix_relay_running", "last_at", sqlite_where=IS_RUNNING, postgresql_where=IS_RUNNING),
    )


class RelayMessageRow(Table):
    """What was said in a relay, by `carer`, `parent` or `kiem` (who says that it begins and ends). `key` keeps it from being there twice."""

    __tablename__ = "relay_message"
    id = Column(Integer, primary_key=True)
    key = Column(String(96), nullable=False, unique=True)
    relay_id = Column(Integer, ForeignKey("relay.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(String(32), ForeignKey("person.id", ondelete="CASCADE"), nullable=False)
    author = Column(String(8), nullable=False)
    signed = Column(String(160))  # name and title of the carer, as the parent reads it
    language = Column(String(2))
    sealed_text = Column(LargeBinary, nullable=False)
    state = Column(String(16), nullable=False, default="sent")  # sent, delivered, failed
    at = Column(Moment, nullable=False, default=now)
    delivered_at = Column(Moment)

    __table_args__ = (Index("ix_relay_message_person_id_id", "person_id", "id"),)
