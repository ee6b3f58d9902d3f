"""The tables. Owns columns and keys; what the values mean belongs to the room that uses them.

A column named `sealed_*` is encrypted with the person's own key (see bot/people/keys.py).
"""

from __future__ import annotations

from datetime import datetime, timezone

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import declarative_base

Table = declarative_base(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
)


def now() -> datetime:
    return datetime.now(timezone.utc)


class PersonRow(Table):
    """A person, known by a pseudonym. `address_hash` finds them again; the address itself is not stored."""

    __tablename__ = "person"
    id = Column(String(32), primary_key=True)
    address_hash = Column(LargeBinary(32), nullable=False, unique=True)
    channel = Column(String(16), nullable=False)
    role = Column(String(16), nullable=False, default="parent")
    language = Column(String(2))
    language_chosen = Column(Boolean, nullable=False, default=False)
    wrapped_key = Column(LargeBinary(64), nullable=False)
    sealed_details = Column(LargeBinary)
    created_at = Column(DateTime(timezone=True), nullable=False, default=now)
    seen_at = Column(DateTime(timezone=True), nullable=False, default=now)


class ConsentRow(Table):
    """What a person allowed or refused, per purpose; the newest row of a purpose counts."""

    __tablename__ = "consent"
    id = Column(Integer, primary_key=True)
    person_id = Column(String(32), ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True)
    purpose = Column(String(32), nullable=False)
    given = Column(Boolean, nullable=False)
    at = Column(DateTime(timezone=True), nullable=False, default=now)


class ConversationRow(Table):
    """The last turns of a person's conversation, as Rasa's events, encrypted."""

    __tablename__ = "conversation"
    person_id = Column(String(32), ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    sealed_events = Column(LargeBinary, nullable=False)
    updated_at = Column(DateTime(timezone=True), nullable=False, default=now)


class FeedbackRow(Table):
    """Whether an answer helped. No person and no text, so that it can be kept and counted."""

    __tablename__ = "feedback"
    id = Column(Integer, primary_key=True)
    topic = Column(String(64), nullable=False, index=True)
    language = Column(String(2), nullable=False)
    helped = Column(Boolean, nullable=False)
    reason = Column(String(32))
    day = Column(Date, nullable=False)


class FactRow(Table):
    """Facts about the database itself, such as which master key its people are sealed with."""

    __tablename__ = "fact"
    name = Column(String(32), primary_key=True)
    value = Column(String(255), nullable=False)
