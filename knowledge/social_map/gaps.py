"""What people look for and do not find: counts per month, category, language and zone. Owns counting and the table; no text, no person.

Small numbers are suppressed, so that nobody can be recognised in a small place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from knowledge.places.gazetteer import Place
from knowledge.social_map.models import need
from knowledge.social_map.search import Found

FEWEST = 5  # a count below this is not shown
HEAD = ("month", "category", "language", "zone", "asked", "not_found")
FOUND_BY = ("place", "province", "region", "country")


def count(engine: Engine, categories: Sequence[str], language: str, place: Place | None, found: Sequence[Found], today: date | None = None) -> None:
    """Count one search; it found nothing when all it shows stands in for what was wanted."""
    missed = not found or any(reason == "instead" for reason, _ in found[0].because)
    with engine.begin() as connection:
        for category in categories:
            _add(connection, f"{today or date.today():%Y-%m}", category, language, zone_of(place), missed)


def zone_of(place: Place | None) -> str:
    """Where a search counts: the care zone, else the province, else nothing."""
    return (place.zone or place.province or place.region) if place else ""


def table(engine: Engine, fewest: int = FEWEST) -> list[dict[str, Any]]:
    """The counts, the most missed first; rows of fewer than `fewest` searches are left out and a small count of misses is None."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(need).where(need.c.asked >= fewest).order_by(need.c.not_found.desc(), need.c.asked.desc())).mappings()
        return [dict(row) | {"not_found": row["not_found"] if row["not_found"] == 0 or row["not_found"] >= fewest else None} for row in rows]


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """The table for a spreadsheet; a suppressed count is "<5"."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows([f"<{FEWEST}" if row[name] is None else row[name] for name in HEAD] for row in rows)
    return out.getvalue()


def _add(connection: Connection, month: str, category: str, language: str, zone: str, missed: bool) -> None:
    same = (need.c.month == month, need.c.category == category, need.c.language == language, need.c.zone == zone[:60])
    changed = connection.execute(sa.update(need).where(*same).values(asked=need.c.asked + 1, not_found=need.c.not_found + int(missed)))
    if not changed.rowcount:
        row = {"month": month, "category": category, "language": language, "zone": zone[:60], "asked": 1, "not_found": int(missed)}
        connection.execute(sa.insert(need).values(row))
