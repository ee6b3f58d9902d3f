"""Moments in time as the tables keep them: UTC, always with their zone. SQLite forgets the zone; this gives it back."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator):
    """A `DateTime(timezone=True)` whose values are aware and in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value if value is None else value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value if value is None else value.astimezone(timezone.utc)
        return value.replace(tzinfo=timezone.utc)
