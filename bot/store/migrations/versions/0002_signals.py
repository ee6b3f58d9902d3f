"""Signals with their log, the care team and its duty, inbox and outbox.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _moment(name: str, *, required: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _where(condition: str) -> dict[str, sa.sql.elements.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    _create_team()
    _create_signals()
    _create_delivery()


def _create_team() -> None:
    op.create_table(
        "care_member",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("mail", sa.String(255), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.UniqueConstraint("name", name="uq_care_member_name"),
    )
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("member_id", sa.Integer, sa.ForeignKey("care_member.id", ondelete="CASCADE"), nullable=False),
        sa.Column("weekday", sa.Integer),
        sa.Column("day", sa.Date),
        sa.Column("start_minute", sa.Integer, nullable=False),
        sa.Column("end_minute", sa.Integer, nullable=False),
        sa.Column("absent", sa.Boolean, nullable=False),
        sa.Column("holidays", sa.Boolean, nullable=False),
    )
    op.create_index("ix_duty_shift_member_id", "duty_shift", ["member_id"])


def _create_signals() -> None:
    op.create_table(
        "signal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("domains", sa.String(255), nullable=False),
        sa.Column("whose", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("consent", sa.String(16), nullable=False),
        sa.Column("asked", sa.String(16)),
        sa.Column("clarified", sa.Boolean, nullable=False),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("care_member.id", ondelete="SET NULL")),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2)),
        sa.Column("channel", sa.String(16)),
        sa.Column("wished_time", sa.String(16)),
        sa.Column("outcome", sa.String(32)),
        sa.Column("sealed_evidence", sa.LargeBinary),
        sa.Column("sealed_messages", sa.LargeBinary),
        sa.Column("alerts", sa.Integer, nullable=False),
        _moment("raised_at"),
        _moment("level_at"),
        _moment("updated_at"),
        _moment("closed_at", required=False),
    )
    op.create_index("uq_signal_open_person", "signal", ["person_id"], unique=True, **_where("state <> 'closed'"))
    op.create_index("ix_signal_person_id_id", "signal", ["person_id", "id"])
    op.create_index("ix_signal_state_level", "signal", ["state", "level"])
    op.create_table(
        "signal_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("signal_id", sa.Integer, sa.ForeignKey("signal.id", ondelete="CASCADE"), nullable=False),
        _moment("at"),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(255)),
    )
    op.create_index("ix_signal_event_signal_id", "signal_event", ["signal_id"])


def _create_delivery() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("update_key", sa.String(128), nullable=False),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary, nullable=False),
        sa.Column("level", sa.String(16)),
        sa.Column("sealed_domains", sa.LargeBinary),
        sa.Column("state", sa.String(16), nullable=False),
        _moment("received_at"),
        sa.UniqueConstraint("update_key", name="uq_inbox_update_key"),
    )
    op.create_index("ix_inbox_person_id_id", "inbox", ["person_id", "id"])
    op.create_index("ix_inbox_unfinished", "inbox", ["received_at"], **_where("state <> 'done'"))
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("step", sa.String(32)),
        sa.Column("signal_id", sa.Integer, sa.ForeignKey("signal.id", ondelete="CASCADE")),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.id", ondelete="CASCADE")),
        sa.Column("sealed_payload", sa.LargeBinary),
        _moment("created_at"),
        _moment("not_before"),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(64)),
        _moment("done_at", required=False),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_waiting", "outbox", ["not_before"], **_where("done_at IS NULL"))
    op.create_index("ix_outbox_person_waiting", "outbox", ["person_id"], **_where("done_at IS NULL"))
    op.create_index("ix_outbox_signal_id", "outbox", ["signal_id"])
    op.create_index("ix_outbox_done_at", "outbox", ["done_at"])
