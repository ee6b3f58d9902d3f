"""Check-ins as they are kept: begun, ended, read again by the person. Answers are sealed with the person's key.

Owns the rows; what answers mean is `flags`, who may see them is decided by the person (bot/signals).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.delivery.outbox import Clock
from bot.people.registry import People, Person
from bot.store.checkin_models import CheckinRow
from bot.store.models import now
from bot.store.signal_models import SignalRow


@dataclass(frozen=True)
class Checkin:
    """A check-in that has ended. `answers` maps a step to its answer, `words` a step to what was written there."""

    ended_at: datetime
    answers: dict[str, Any]
    words: dict[str, str]
    partner: bool = False


class Checkins:
    """Keeps check-ins."""

    def __init__(self, people: People, clock: Clock = now) -> None:
        self._people = people
        self._clock = clock

    def begin(self, person_id: str) -> None:
        """Note that one has begun: it counts for the pause between two invitations, even when it is left."""
        with self._people.database.session() as session:
            session.add(CheckinRow(person_id=person_id, started_at=self._clock()))

    def end(self, person: Person, how: str, answers: dict[str, Any], words: dict[str, str], *, partner: bool) -> None:
        """Keep what was answered in the newest one."""
        data = json.dumps({"answers": answers, "words": words, "partner": partner}).encode("utf-8", "backslashreplace")
        sealed = self._people.keyring.seal(person.wrapped_key, person.id, data)
        newest = select(CheckinRow.id).where(CheckinRow.person_id == person.id).order_by(CheckinRow.id.desc()).limit(1).scalar_subquery()
        with self._people.database.session() as session:
            values = {"ended": how, "ended_at": self._clock(), "sealed_answers": sealed}
            session.execute(update(CheckinRow).where(CheckinRow.id == newest).values(**values).execution_options(synchronize_session=False))

    def last(self, person: Person) -> Checkin | None:
        """The newest one with answers."""
        with self._people.database.session() as session:
            mine = select(CheckinRow).where(CheckinRow.person_id == person.id, CheckinRow.sealed_answers.is_not(None))
            row = session.execute(mine.order_by(CheckinRow.id.desc()).limit(1)).scalar_one_or_none()
        if row is None:
            return None
        kept = json.loads(self._people.keyring.open(person.wrapped_key, person.id, row.sealed_answers))
        return Checkin(row.ended_at, kept["answers"], kept["words"], kept["partner"])

    def has_open_signal(self, person_id: str) -> bool:
        """While a signal is open nobody is taken through a list of questions."""
        with self._people.database.session() as session:
            mine = select(SignalRow.id).where(SignalRow.person_id == person_id, SignalRow.state != "closed")
            return session.execute(mine).first() is not None
