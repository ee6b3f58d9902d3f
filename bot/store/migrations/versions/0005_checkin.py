"""The check-in: what was answered, and when a person was invited.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"


def _person(*, primary_key: bool = False) -> sa.Column:
    return sa.Column("person_id", sa.String(32), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, primary_key=primary_key)


def upgrade() -> None:
    op.create_table(
        "checkin",
        sa.Column("id", sa.Integer, primary_key=True),
        _person(),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended", sa.String(16)),
        sa.Column("sealed_answers", sa.LargeBinary),
    )
    op.create_index("ix_checkin_person_id_id", "checkin", ["person_id", "id"])
    op.create_table(
        "checkin_invitation",
        _person(primary_key=True),
        sa.Column("invited_at", sa.DateTime(timezone=True)),
        sa.Column("quiet_until", sa.DateTime(timezone=True)),
    )
