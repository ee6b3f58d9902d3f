"""What must be phoned after: entries that nobody checked, whose date is past, or that did not help. Owns the list; phoning is people's work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from knowledge.social_map.entry import Entry
from knowledge.social_map.models import entry

FRESH = timedelta(days=365)  # how long a seen page counts


def to_phone(engine: Engine, today: date | None = None) -> list[str]:
    """One line per entry with the reasons, the most shown first, and among these those that failed most."""
    today = today or date.today()
    with engine.connect() as connection:
        rows = connection.execute(sa.select(entry).order_by(entry.c.shown.desc(), entry.c.failed.desc(), entry.c.id)).all()
    return [f"{row.id}: {', '.join(reasons)} (shown {row.shown}x)" for row in rows if (reasons := _reasons(row, today))]


def _reasons(row: Any, today: date) -> list[str]:
    one = Entry.from_json(row.card)
    reasons = [] if row.verified else ["not verified"]
    if row.assured is None:
        reasons.append("no date")
    elif today - row.assured > FRESH:
        reasons.append(f"seen {row.assured}")
    if not one.phones:
        reasons.append("no phone that may be shown")
    if not one.website:
        reasons.append("no website")
    if row.failed > row.helped:
        reasons.append(f"did not help {row.failed} of {row.failed + row.helped}")
    return reasons
