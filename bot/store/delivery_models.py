"""The tables of delivery: what came in and what must go out. Owns columns and keys; bot/delivery owns their use."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, text

from bot.store.models import Table, now
from bot.store.moment import Moment

NOT_DONE = text("done_at IS NULL")


class InboxRow(Table):
    """A message that was accepted. `update_key` is the channel's own id of it: the same one is accepted once."""

    __tablename__ = "inbox"
    id = Column(Integer, primary_key=True)
    update_key = Column(String(128), nullable=False, unique=True)
    person_id = Column(String(32), ForeignKey("person.id", ondelete="CASCADE"), nullable=False)
    channel = Column(String(16), nullable=False)
    sealed_text = Column(LargeBinary, nullable=False)
    level = Column(String(16))  # of the gate; empty until judged
    sealed_domains = Column(LargeBinary)
    state = Column(String(16), nullable=False, default="received")  # received, judged, done
    received_at = Column(Moment, nullable=False, default=now)

    __table_args__ = (
        Index("ix_inbox_person_id_id", "person_id", "id"),
        Index("ix_inbox_unfinished", "received_at", sqlite_where=text("state <> 'done'"), postgresql_where=text("state <> 'done'")),
    )


class OutboxRow(Table):
    """Something to deliver, once it is `not_before`. `key` makes it the same thing for every process; attempts count claims.

    `kind` says who delivers it (alert.mail, alert.webhook, ladder, digest, notice.<channel>), `step` what exactly.
    """

    __tablename__ = "outbox"
    id = Column(Integer, primary_key=True)
    key = Column(String(128), nullable=False, unique=True)
    kind = Column(String(32), nullable=False)
    step = Column(String(32))
    signal_id = Column(Integer, ForeignKey("signal.id", ondelete="CASCADE"), index=True)
    person_id = Column(String(32), ForeignKey("person.id", ondelete="CASCADE"))
    sealed_payload = Column(LargeBinary)
    created_at = Column(Moment, nullable=False, default=now)
    not_before = Column(Moment, nullable=False)
    attempts = Column(Integer, nullable=False, default=0)
    last_error = Column(String(64))
    done_at = Column(Moment)

    __table_args__ = (
        Index("ix_outbox_waiting", "not_before", sqlite_where=NOT_DONE, postgresql_where=NOT_DONE),
        Index("ix_outbox_person_waiting", "person_id", sqlite_where=NOT_DONE, postgresql_where=NOT_DONE),
        Index("ix_outbox_done_at", "done_at"),
    )
