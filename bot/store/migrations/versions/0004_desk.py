"""The care desk: accounts, sessions, audit, notes, relay; the follow-up date of a signal.

Revision ID: 0004_desk
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_desk"
down_revision = "0002"


def _moment(name: str, *, required: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _key(name: str, target: str, ondelete: str = "CASCADE", *, required: bool = True) -> sa.Column:
    type_ = sa.String(32) if target.startswith("person") else sa.Integer
    return sa.Column(name, type_, sa.ForeignKey(target, ondelete=ondelete), nullable=not required)


def _running() -> dict[str, sa.sql.elements.TextClause]:
    return {"sqlite_where": sa.text("closed_at IS NULL"), "postgresql_where": sa.text("closed_at IS NULL")}


def upgrade() -> None:
    op.add_column("signal", sa.Column("follow_up_on", sa.Date))
    _create_accounts()
    _create_work()


def _create_accounts() -> None:
    op.create_table(
        "desk_user",
        sa.Column("id", sa.Integer, primary_key=True),
        _key("member_id", "care_member.id"),
        sa.Column("title", sa.String(64)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed_totp", sa.LargeBinary, nullable=False),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        _moment("locked_until", required=False),
        _moment("created_at"),
        sa.UniqueConstraint("member_id", name="uq_desk_user_member_id"),
    )
    op.create_table(
        "desk_session",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        _key("user_id", "desk_user.id"),
        _moment("created_at"),
        _moment("seen_at"),
        sa.UniqueConstraint("token_hash", name="uq_desk_session_token_hash"),
    )
    op.create_index("ix_desk_session_user_id", "desk_session", ["user_id"])
    op.create_table(
        "desk_audit",
        sa.Column("id", sa.Integer, primary_key=True),
        _moment("at"),
        _key("member_id", "care_member.id", "SET NULL", required=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("signal_id", sa.Integer),
        sa.Column("detail", sa.String(255)),
    )
    op.create_index("ix_desk_audit_signal_id", "desk_audit", ["signal_id"])


def _create_work() -> None:
    op.create_table(
        "signal_note",
        sa.Column("id", sa.Integer, primary_key=True),
        _key("signal_id", "signal.id"),
        _key("member_id", "care_member.id", "SET NULL", required=False),
        _moment("at"),
        sa.Column("sealed_text", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_signal_note_signal_id", "signal_note", ["signal_id"])
    op.create_table(
        "relay",
        sa.Column("id", sa.Integer, primary_key=True),
        _key("signal_id", "signal.id"),
        _key("person_id", "person.id"),
        _key("member_id", "care_member.id", "SET NULL", required=False),
        _moment("opened_at"),
        _moment("last_at"),
        _moment("waits_since", required=False),
        _moment("closed_at", required=False),
        sa.Column("closed_why", sa.String(16)),
    )
    op.create_index("ix_relay_signal_id", "relay", ["signal_id"])
    op.create_index("uq_relay_running_person", "relay", ["person_id"], unique=True, **_running())
    op.create_index("ix_relay_running", "relay", ["last_at"], **_running())
    op.create_table(
        "relay_message",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(96), nullable=False),
        _key("relay_id", "relay.id"),
        _key("person_id", "person.id"),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("signed", sa.String(160)),
        sa.Column("language", sa.String(2)),
        sa.Column("sealed_text", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _moment("at"),
        _moment("delivered_at", required=False),
        sa.UniqueConstraint("key", name="uq_relay_message_key"),
    )
    op.create_index("ix_relay_message_relay_id", "relay_message", ["relay_id"])
    op.create_index("ix_relay_message_person_id_id", "relay_message", ["person_id", "id"])
