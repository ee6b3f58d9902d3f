"""The relay: a carer and a parent write to each other through Kiem, who is silent meanwhile. Owns its beginning, its messages and its end.

The messages are rows, so they survive a restart on either side. A message is `delivered` once the other side's page has shown it. When it has been
quiet for IDLE, or the parent has waited for an answer for SILENT, Kiem answers again and says so; in the second case the signal is the team's again.
The gate reads every message of the parent before it comes here (bot/signals/net.py).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.delivery.outbox import Clock
from bot.errors import UnknownSignal
from bot.people.registry import Person
from bot.signals.care import find_member
from bot.signals.raising import Signals, lock_person, note
from bot.signals.states import SHARED
from bot.store.desk_models import DeskUserRow, RelayMessageRow, RelayRow
from bot.store.models import PersonRow
from bot.store.signal_models import CareMemberRow, SignalRow
from knowledge.care_texts import CareTexts
from knowledge.safety_texts import safety_texts

IDLE = timedelta(minutes=30)
SILENT = timedelta(minutes=10)
LONGEST_MESSAGE = 4000  # characters
SHOWN = 200  # messages of a talk


@dataclass(frozen=True)
class Spoken:
    """A message of a relay, opened."""

    id: int
    author: str
    signed: str | None
    text: str
    language: str | None
    state: str
    at: datetime
    delivered_at: datetime | None


class Relays:
    """Connects carers and parents."""

    def __init__(self, signals: Signals, texts: CareTexts) -> None:
        self._signals = signals
        self._database = signals.database
        self._keyring = signals.keyring
        self._texts = texts
        self.clock: Clock = signals.clock

    def open(self, signal_id: int, member: str) -> None:
        """Begin a talk about a signal, or go on with the one that runs.

        Raises:
            UnknownSignal: the signal is not the member's, not shared, closed, or its person is gone.
        """
        with self._database.exclusive() as session:
            row, carer = self._owned(session, signal_id, member)
            lock_person(session, row.person_id)
            if self._running(session, row.person_id) is not None:
                return
            at = self.clock()
            relay = RelayRow(signal_id=row.id, person_id=row.person_id, member_id=carer.id, opened_at=at, last_at=at)
            session.add(relay)
            session.flush()
            row.asked = None  # a "yes" from now on is said to the carer
            note(session, row, "relay_opened", f"member:{carer.id}", at)
            self._announce(session, relay, "relay_opened")

    def say(self, signal_id: int, member: str, text: str, key: str, language: str) -> None:
        """A message of the carer; the same `key` again changes nothing. The first one counts as the contact.

        Raises:
            UnknownSignal: no relay runs on this signal, it is not the member's, or there is no text.
        """
        if not text.strip() or len(text) > LONGEST_MESSAGE:
            raise UnknownSignal(f"A message has 1 to {LONGEST_MESSAGE} characters.")
        with self._database.exclusive() as session:
            row, carer = self._owned(session, signal_id, member)
            lock_person(session, row.person_id)
            relay = self._running(session, row.person_id)
            if relay is None or relay.signal_id != row.id:
                raise UnknownSignal(f"No talk runs on signal {signal_id}.")
            at = self.clock()
            if relay.member_id != carer.id:  # somebody else took the signal meanwhile: the parent is told
                self.hand_over(session, row, carer.id)
            if self._add(session, relay, f"carer:{carer.id}:{key}", "carer", text, language, at, signed=self.signed(session, relay)):
                relay.last_at, relay.waits_since = at, None
                if row.state == "taken":
                    row.state, row.updated_at = "contacted", at
                    note(session, row, "contacted", f"member:{carer.id}", at, detail="relay")

    def hear(self, person: Person, key: str, text: str, language: str | None) -> int | None:
        """Pass a parent's message on: its id, or None when no relay runs and Kiem has to answer. Idempotent by `key`."""
        with self._database.session() as session:
            if session.execute(_running_of(person.id)).first() is None:
                return session.execute(select(RelayMessageRow.id).where(RelayMessageRow.key == f"parent:{key}")).scalar()
        with self._database.exclusive() as session:
            lock_person(session, person.id)
            relay = self._running(session, person.id)
            if relay is None or self._end_if_over(session, relay):
                return None
            at = self.clock()
            if self._add(session, relay, f"parent:{key}", "parent", text, language, at):
                relay.last_at, relay.waits_since = at, relay.waits_since or at
            return session.execute(select(RelayMessageRow.id).where(RelayMessageRow.key == f"parent:{key}")).scalar_one()

    def close(self, signal_id: int, member: str) -> None:
        """The carer ends the talk. Raises UnknownSignal when the signal is not theirs."""
        with self._database.exclusive() as session:
            row, carer = self._owned(session, signal_id, member)
            relay = self._running(session, row.person_id)
            if relay is not None:
                note(session, row, "relay_closed", f"member:{carer.id}", self.clock())
                self._end(session, relay, "closed")

    def leave(self, person_id: str) -> bool:
        """The parent ends the talk. False when none runs."""
        with self._database.exclusive() as session:
            lock_person(session, person_id)
            relay = self._running(session, person_id)
            if relay is None:
                return False
            note(session, session.get(SignalRow, relay.signal_id), "relay_left", "person", self.clock())
            self._end(session, relay, "left")
            return True

    def sweep(self) -> None:
        """End the talks that are over. A chore."""
        at = self.clock()
        over = or_(RelayRow.last_at < at - IDLE, RelayRow.waits_since < at - SILENT, SignalRow.state == "closed", SignalRow.consent.not_in(SHARED))
        with self._database.session() as session:
            found = select(RelayRow.person_id).join(SignalRow, SignalRow.id == RelayRow.signal_id)
            people = list(session.execute(found.where(RelayRow.closed_at.is_(None), over)).scalars())
        for person_id in people:
            with self._database.exclusive() as session:
                lock_person(session, person_id)
                relay = self._running(session, person_id)
                if relay is not None:
                    self._end_if_over(session, relay)

    def hand_over(self, session: Session, row: SignalRow, member_id: int) -> None:
        """Let a running talk go on with another carer, within the caller's transaction."""
        relay = self._running(session, row.person_id) if row.person_id else None
        if relay is not None and relay.signal_id == row.id:
            relay.member_id, relay.last_at = member_id, self.clock()
            self._announce(session, relay, "relay_opened")

    def transcript(self, signal_id: int, *, seen: bool) -> tuple[bool, list[Spoken]]:
        """Whether a talk runs, and what was said about this signal; `seen` notes that the carer's page shows the parent's messages."""
        with self._database.session() as session:
            mine = RelayMessageRow.relay_id.in_(select(RelayRow.id).where(RelayRow.signal_id == signal_id))
            if seen:
                unseen = update(RelayMessageRow).where(mine, RelayMessageRow.author == "parent", RelayMessageRow.state == "sent")
                session.execute(
                    unseen.values(state="delivered", delivered_at=self.clock()).execution_options(synchronize_session=False)
                )
            rows = session.execute(select(RelayMessageRow).where(mine).order_by(RelayMessageRow.id.desc()).limit(SHOWN)).scalars().all()
            runs = session.execute(select(RelayRow.id).where(RelayRow.signal_id == signal_id, RelayRow.closed_at.is_(None))).first()
            return runs is not None, self.opened(session, list(reversed(rows)))

    def mark(self, signal_id: int) -> tuple[int, int]:
        """Changes when something of the talk changed: for pages that ask whether there is news."""
        with self._database.session() as session:
            mine = RelayMessageRow.relay_id.in_(select(RelayRow.id).where(RelayRow.signal_id == signal_id))
            delivered = func.count(RelayMessageRow.delivered_at)
            last, told = session.execute(select(func.max(RelayMessageRow.id), delivered).where(mine)).one()
            return last or 0, told

    def _owned(self, session: Session, signal_id: int, member: str) -> tuple[SignalRow, CareMemberRow]:
        carer = find_member(session, member)
        row = session.execute(select(SignalRow).where(SignalRow.id == signal_id).with_for_update()).scalar_one_or_none()
        if row is None or row.consent not in SHARED or row.owner_id != carer.id or row.state == "closed" or row.person_id is None:
            raise UnknownSignal(f"Signal {signal_id} is not yours, or nobody can be reached any more.")
        return row, carer

    def _running(self, session: Session, person_id: str) -> RelayRow | None:
        return session.execute(_running_of(person_id)).scalar_one_or_none()

    def _end_if_over(self, session: Session, relay: RelayRow) -> bool:
        at, row = self.clock(), session.get(SignalRow, relay.signal_id)
        if row.state == "closed" or row.consent not in SHARED:
            self._end(session, relay, "closed")
        elif relay.waits_since is not None and at - relay.waits_since > SILENT:
            self._end(session, relay, "silent")
            self._give_back(session, row, at)
        elif at - relay.last_at > IDLE:
            note(session, row, "relay_idle", "worker", at)
            self._end(session, relay, "idle")
        else:
            return False
        return True

    def _give_back(self, session: Session, row: SignalRow, at: datetime) -> None:
        """The carer does not answer: the signal is the team's again and a new round of alerts begins."""
        row.state, row.owner_id, row.updated_at, row.level_at = "reopened", None, at, at
        note(session, row, "carer_silent", "worker", at)
        self._signals.outbox.cancel(session, row.id)
        self._signals.share(session, row, "worker")

    def _end(self, session: Session, relay: RelayRow, why: str) -> None:
        relay.closed_at, relay.closed_why, relay.waits_since = self.clock(), why, None
        unread = (RelayMessageRow.relay_id == relay.id, RelayMessageRow.author == "carer", RelayMessageRow.state == "sent")
        session.execute(update(RelayMessageRow).where(*unread).values(state="failed").execution_options(synchronize_session=False))
        self._announce(session, relay, f"relay_{why}")

    def _announce(self, session: Session, relay: RelayRow, key: str) -> None:
        """Kiem's own words: who it is that writes from now on."""
        row = session.get(SignalRow, relay.signal_id)
        language = session.execute(select(PersonRow.language).where(PersonRow.id == relay.person_id)).scalar() or row.language or "nl"
        signed = self.signed(session, relay, language)
        text = self._texts.say(key, language, who=signed)
        if key == "relay_silent":
            text = "\n".join([text, *safety_texts().numbers(row.level, row.domains.split(","), language)])
        self._add(session, relay, f"kiem:{secrets.token_hex(16)}", "kiem", text, language, self.clock())

    def signed(self, session: Session, relay: RelayRow, language: str | None = None) -> str:
        """Name and title of the carer, as the parent reads it."""
        member = session.get(CareMemberRow, relay.member_id) if relay.member_id else None
        if member is None:
            return "?"
        spoken = language or session.get(SignalRow, relay.signal_id).language or "nl"
        title = session.execute(select(DeskUserRow.title).where(DeskUserRow.member_id == member.id)).scalar()
        return f"{member.name}, {title or self._texts.say(f'role_{member.role}', spoken)}"

    def _add(
        self, session: Session, relay: RelayRow, key: str, author: str, text: str, language: str | None, at: datetime, signed: str | None = None
    ) -> bool:
        if session.execute(select(RelayMessageRow.id).where(RelayMessageRow.key == key)).first():
            return False
        wrapped = session.execute(select(PersonRow.wrapped_key).where(PersonRow.id == relay.person_id)).scalar_one()
        sealed = self._signals.seal(wrapped, relay.person_id, text)
        about = {"key": key, "author": author, "signed": signed, "language": language, "at": at}
        session.add(RelayMessageRow(relay_id=relay.id, person_id=relay.person_id, sealed_text=sealed, **about))
        return True

    def opened(self, session: Session, rows: list[RelayMessageRow]) -> list[Spoken]:
        if not rows:
            return []
        key = session.execute(select(PersonRow.wrapped_key).where(PersonRow.id == rows[0].person_id)).scalar_one()
        return [
            Spoken(
                row.id, row.author, row.signed, json.loads(self._keyring.open(key, row.person_id, row.sealed_text)), row.language, row.state,
                row.at, row.delivered_at,
            )
            for row in rows
        ]  # fmt: skip


def _running_of(person_id: str):
    return select(RelayRow).where(RelayRow.person_id == person_id, RelayRow.closed_at.is_(None))
