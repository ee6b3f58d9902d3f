"""The register of people. Owns finding, making and changing a person; not what is said to them.

A person is known by a random pseudonym. Their channel address is kept as a keyed hash only.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import DatabaseUnreachable, UnknownPerson
from bot.people import traces
from bot.people.keys import Keyring
from bot.store.database import Database
from bot.store.models import ConsentRow, ConversationRow, FactRow, PersonRow, now

SEEN_EVERY = timedelta(hours=1)  # `seen_at` is for retention: no need to write it at every message
PURPOSES = ("remember_details", "share_with_team", "checkin", "statistics")


@dataclass(frozen=True)
class Person:
    """Who writes: pseudonym, role and what they chose.

    `details` holds place, region, weeks of pregnancy and age of the child where the person allowed to remember them.
    """

    id: str
    channel: str
    role: str = "parent"
    language: str | None = None
    language_chosen: bool = False
    is_new: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    wrapped_key: bytes = field(default=b"", repr=False)


class People:
    """Finds and changes people in the database."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self.database = database
        self.keyring = keyring

    def check_master_key(self) -> None:
        """Refuse a database whose people were sealed with another master key.

        Raises:
            DatabaseUnreachable: says which file to put back.
        """
        with self.database.session() as session:
            fact = session.get(FactRow, "master_key")
            if fact is None:
                session.add(FactRow(name="master_key", value=self.keyring.fingerprint))
            elif fact.value != self.keyring.fingerprint:
                raise DatabaseUnreachable(
                    "This database belongs to another master key. Put back its master.key (or KIEM_MASTER_KEY), or use an empty database."
                )

    def arrive(self, channel: str, address: str, role: str = "parent") -> Person:
        """The person at this address; a new one with a new pseudonym and key when nobody wrote from there before."""
        address_hash = self.keyring.hash_address(channel, address)
        with self.database.session() as session:
            row = _find(session, address_hash)
            if row is not None:
                self._note_visit(row, role)
                return self._person(row)
        try:
            return self._welcome(channel, address_hash, role)
        except IntegrityError:  # the same person's other message was first
            with self.database.session() as session:
                return self._person(_find(session, address_hash))

    def _note_visit(self, row: PersonRow, role: str) -> None:
        if role != row.role:
            row.role = role
        seen = row.seen_at if row.seen_at.tzinfo else row.seen_at.replace(tzinfo=now().tzinfo)
        if now() - seen > SEEN_EVERY:
            row.seen_at = now()

    def _welcome(self, channel: str, address_hash: bytes, role: str) -> Person:
        row = PersonRow(id=secrets.token_hex(16), address_hash=address_hash, channel=channel, role=role, wrapped_key=self.keyring.new_key())
        with self.database.session() as session:
            session.add(row)
        return self._person(row, is_new=True)

    def _person(self, row: PersonRow, *, is_new: bool = False) -> Person:
        sealed = row.sealed_details
        return Person(
            id=row.id,
            channel=row.channel,
            role=row.role,
            language=row.language,
            language_chosen=bool(row.language_chosen),
            is_new=is_new,
            details=json.loads(self.keyring.open(row.wrapped_key, row.id, sealed)) if sealed else {},
            wrapped_key=row.wrapped_key,
        )

    def find(self, person_id: str) -> Person:
        """Raises UnknownPerson when nobody has that pseudonym."""
        with self.database.session() as session:
            return self._person(_get(session, person_id))

    def everybody(self) -> list[str]:
        """All pseudonyms, newest first."""
        with self.database.session() as session:
            return list(session.execute(select(PersonRow.id).order_by(PersonRow.created_at.desc())).scalars())

    def use_language(self, person_id: str, language: str, *, chosen: bool) -> None:
        """Remember the language a person writes in, or chose (which then always wins)."""
        statement = update(PersonRow).where(PersonRow.id == person_id).values(language=language, language_chosen=chosen)
        with self.database.session() as session:
            session.execute(statement if chosen else statement.where(PersonRow.language_chosen.is_(False)))

    def remember(self, person_id: str, details: dict[str, Any]) -> None:
        """Keep details (place, region, weeks, months) beside what was there. Call only with consent `remember_details`."""
        with self.database.session() as session:
            row = _get(session, person_id)
            known = json.loads(self.keyring.open(row.wrapped_key, row.id, row.sealed_details)) if row.sealed_details else {}
            row.sealed_details = self.keyring.seal(row.wrapped_key, row.id, json.dumps(known | details).encode())

    def decide(self, person_id: str, purpose: str, *, given: bool) -> None:
        """Note a yes or a no for a purpose (one of PURPOSES)."""
        with self.database.session() as session:
            session.add(ConsentRow(person_id=_get(session, person_id).id, purpose=purpose, given=given))

    def consents(self, person_id: str) -> dict[str, bool]:
        """What the person decided, per purpose; a purpose never asked is absent."""
        with self.database.session() as session:
            rows = session.execute(select(ConsentRow).where(ConsentRow.person_id == person_id).order_by(ConsentRow.id)).scalars()
            return {row.purpose: row.given for row in rows}

    def export(self, person_id: str) -> dict[str, Any]:
        """All that is stored about a person, readable."""
        with self.database.session() as session:
            row = _get(session, person_id)
            person = self._person(row)
            conversation = session.get(ConversationRow, person_id)

            def opened(sealed: bytes) -> Any:
                return json.loads(self.keyring.open(row.wrapped_key, row.id, sealed))

            sealed = conversation.sealed_events if conversation else None
            return {
                "pseudonym": person.id,
                "channel": person.channel,
                "role": person.role,
                "language": person.language,
                "language_chosen": person.language_chosen,
                "details": person.details,
                "first_seen": row.created_at.isoformat(),
                "last_seen": row.seen_at.isoformat(),
                "consents": self.consents(person_id),
                "messages": _said(opened(sealed)) if sealed else [],
                "received": traces.received(session, person_id, opened),
                "signals": traces.signals(session, person_id, opened),
            }

    def erase(self, person_id: str) -> None:
        """Delete the person, their key and all that was sealed with it. Of a signal a skeleton stays, without person and text.

        Raises:
            UnknownPerson: nobody has that pseudonym.
        """
        with self.database.session() as session:
            _get(session, person_id)
            traces.erase(session, person_id)
            for table, column in ((ConversationRow, "person_id"), (ConsentRow, "person_id"), (PersonRow, "id")):
                session.execute(delete(table).where(getattr(table, column) == person_id))
        self._empty_journal()

    def _empty_journal(self) -> None:
        """SQLite's write-ahead log still holds the deleted pages: fold it into the file."""
        if self.database.engine.dialect.name == "sqlite":
            with self.database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _said(events: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The words of both sides, oldest first."""
    who = {"user": "you", "bot": "kiem"}
    return [
        {"from": who[event["event"]], "text": event["text"], "at": event.get("timestamp")}
        for event in events
        if event["event"] in who and event.get("text")
    ]


def _find(session: Session, address_hash: bytes) -> PersonRow | None:
    return session.execute(select(PersonRow).where(PersonRow.address_hash == address_hash)).scalar_one_or_none()


def _get(session: Session, person_id: str) -> PersonRow:
    row = session.get(PersonRow, person_id)
    if row is None:
        raise UnknownPerson(f"Nobody has the pseudonym {person_id}. `kiem export --list` shows them.")
    return row
