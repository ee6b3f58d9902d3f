"""The inbox: each message is accepted once, kept sealed, and remembered as the context of the next ones.

Owns acceptance, context and pruning. What a message means is the gate's; what follows from it is bot/signals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.delivery.outbox import Clock
from bot.people.keys import Keyring
from bot.people.registry import Person
from bot.safety.verdict import Said, Verdict
from bot.store.database import Database
from bot.store.delivery_models import InboxRow
from bot.store.models import PersonRow, now

CONTEXT = 3  # earlier messages of a person that count
KEPT = 8  # messages of a person that stay, so that the table stays small and a repeated one is still known
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Accepted:
    """A message in the inbox. `earlier` are the person's messages before it, oldest first."""

    id: int
    person: Person
    text: str
    state: str = "received"
    earlier: tuple[Said, ...] = field(default=())

    @property
    def is_answered(self) -> bool:
        return self.state == "done"


class Inbox:
    """Accepts messages."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock = now) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def accept(self, person: Person, update_key: str, text: str, about: dict[str, Any] | None = None) -> Accepted:
        """Keep a message before anything else is done with it; the same `update_key` again gives what was kept the first time.

        `about` (role, language, forwarded) is what is needed to judge the message again after a crash.
        """
        try:
            with self._database.session() as session:
                row = _find(session, update_key)
                if row is None:
                    row = self._new(person, update_key, text, about or {})
                    session.add(row)
                    session.flush()
                return Accepted(row.id, person, text, row.state, self._earlier(session, person, row.id))
        except IntegrityError:  # another process was first with the same update
            with self._database.session() as session:
                row = _find(session, update_key)
                if row is None:  # it was not that: the person was erased meanwhile
                    raise
                return Accepted(row.id, person, text, row.state, self._earlier(session, person, row.id))

    def _new(self, person: Person, update_key: str, text: str, about: dict[str, Any]) -> InboxRow:
        sealed = self._seal(person, {"text": text, **about})
        return InboxRow(update_key=update_key, person_id=person.id, channel=person.channel, sealed_text=sealed, received_at=self._clock())

    def _earlier(self, session: Session, person: Person, before: int) -> tuple[Said, ...]:
        rows = session.execute(
            select(InboxRow).where(InboxRow.person_id == person.id, InboxRow.id < before).order_by(InboxRow.id.desc()).limit(CONTEXT)
        ).scalars()
        said = [Said(self._open(person, row.sealed_text)["text"], row.level or "none", tuple(self._domains(person, row))) for row in rows]
        return tuple(reversed(said))

    def _domains(self, person: Person, row: InboxRow) -> Iterable[str]:
        return self._open(person, row.sealed_domains)["domains"] if row.sealed_domains else ()

    def note_verdict(self, session: Session, accepted: Accepted, verdict: Verdict) -> bool:
        """Mark as judged within the caller's transaction. False when that was done before: its effects are there already."""
        values = {"state": "judged", "level": verdict.level}
        if verdict.domains:
            values["sealed_domains"] = self._seal(accepted.person, {"domains": list(verdict.domains)})
        changed = session.execute(update(InboxRow).where(InboxRow.id == accepted.id, InboxRow.state == "received").values(**values))
        return changed.rowcount == 1

    def finish(self, accepted: Accepted, verdict: Verdict) -> None:
        """The reply is on its way: done. Older messages of the person beyond those kept go."""
        with self._database.session() as session:
            self.note_verdict(session, accepted, verdict)
            session.execute(update(InboxRow).where(InboxRow.id == accepted.id).values(state="done"))
            mine = InboxRow.person_id == accepted.person.id
            last_kept = select(InboxRow.id).where(mine).order_by(InboxRow.id.desc()).offset(KEPT).limit(1).scalar_subquery()
            session.execute(
                delete(InboxRow).where(mine, InboxRow.id <= last_kept, InboxRow.state == "done").execution_options(synchronize_session=False)
            )

    def unfinished(self, older: timedelta, most: int = 100) -> list[tuple[Accepted, dict[str, Any]]]:
        """Messages that a crash left behind, each with what was noted about it; also those of the future, when the clock went back."""
        at = self._clock()
        with self._database.session() as session:
            rows = session.execute(
                select(InboxRow, PersonRow)
                .join(PersonRow, PersonRow.id == InboxRow.person_id)
                .where(InboxRow.state != "done", or_(InboxRow.received_at < at - older, InboxRow.received_at > at + older))
                .order_by(InboxRow.received_at)
                .limit(most)
            ).all()
            return [self._again(session, row, person) for row, person in rows]

    def _again(self, session: Session, row: InboxRow, known: PersonRow) -> tuple[Accepted, dict[str, Any]]:
        person = Person(known.id, known.channel, known.role, known.language, bool(known.language_chosen), wrapped_key=known.wrapped_key)
        about = self._open(person, row.sealed_text)
        return Accepted(row.id, person, about.pop("text"), row.state, self._earlier(session, person, row.id)), about

    def prune(self, at: datetime) -> None:
        """Forget old messages of everybody."""
        with self._database.session() as session:
            session.execute(delete(InboxRow).where(InboxRow.received_at < at - KEPT_FOR, InboxRow.state == "done"))

    def _seal(self, person: Person, data: dict[str, Any]) -> bytes:
        return self._keyring.seal(person.wrapped_key, person.id, json.dumps(data).encode("utf-8", "backslashreplace"))

    def _open(self, person: Person, sealed: bytes) -> dict[str, Any]:
        return json.loads(self._keyring.open(person.wrapped_key, person.id, sealed))


def _find(session: Session, update_key: str) -> InboxRow | None:
    return session.execute(select(InboxRow).where(InboxRow.update_key == update_key)).scalar_one_or_none()
