"""What waits for a parent: messages of a relay and notices about their signal, for a channel that asks (web) or that answers only (REST).

Owns what is shown, what counts as delivered and when to ask again. Talks are bot/signals/relay.py, the words of notices bot/signals/words.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select, update

from bot.delivery.outbox import Outbox
from bot.people.registry import Person
from bot.signals.relay import Relays, Spoken
from bot.signals.states import SHARED
from bot.signals.words import Reply, Words
from bot.store.database import Database
from bot.store.delivery_models import OutboxRow
from bot.store.desk_models import RelayMessageRow, RelayRow
from bot.store.signal_models import SignalRow

OFTEN, SOMETIMES = 0.7, 3.0  # seconds until a page asks again: while a talk runs; while the team may answer
SHOWN = 100


@dataclass(frozen=True)
class News:
    """What a page must show. `talk` names the carer while a relay runs; `again` is in how many seconds to ask, 0 for not at all."""

    messages: tuple[Spoken, ...] = ()
    notices: tuple[tuple[int, Reply], ...] = ()  # (number, reply)
    talk: str | None = None
    again: float = 0.0


class Mailbox:
    """Hands over what waits."""

    def __init__(self, database: Database, outbox: Outbox, relays: Relays, words: Words) -> None:
        self._database = database
        self._outbox = outbox
        self._relays = relays
        self._words = words

    def news(self, person: Person, *, after: int, read: tuple[int, ...] = (), fresh: bool = False, language: str = "nl") -> News:
        """What is new since message `after`, which the page has shown; `read` are numbers of notices that it has shown.

        A `fresh` page, which shows nothing yet, gets all of a running talk, the person's own words too.
        """
        self._acknowledge(person, after, read)
        with self._database.session() as session:
            relay = session.execute(select(RelayRow).where(RelayRow.person_id == person.id, RelayRow.closed_at.is_(None))).scalar_one_or_none()
            unread = and_(RelayMessageRow.state != "delivered", RelayMessageRow.author != "parent")
            talk = and_(RelayMessageRow.relay_id == relay.id, RelayMessageRow.author != "parent") if relay else unread
            if relay and fresh:
                talk = RelayMessageRow.relay_id == relay.id
            wanted = select(RelayMessageRow).where(RelayMessageRow.person_id == person.id, RelayMessageRow.id > after, or_(talk, unread))
            rows = session.execute(wanted.order_by(RelayMessageRow.id).limit(SHOWN)).scalars().all()
            messages = tuple(self._relays.opened(session, rows))
            signed = self._relays.signed(session, relay, person.language or language) if relay else None
            watched = (SignalRow.person_id == person.id, SignalRow.state != "closed", SignalRow.consent.in_(SHARED))
            watching = session.execute(select(SignalRow.id).where(*watched)).first() is not None
        return News(messages, self._notices(person, language), signed, OFTEN if relay else SOMETIMES if watching or messages else 0.0)

    def _acknowledge(self, person: Person, after: int, read: tuple[int, ...]) -> None:
        at = self._relays.clock()
        if after:
            shown = (RelayMessageRow.person_id == person.id, RelayMessageRow.id <= after, RelayMessageRow.author != "parent")
            with self._database.session() as session:
                session.execute(
                    update(RelayMessageRow)
                    .where(*shown, RelayMessageRow.state != "delivered")
                    .values(state="delivered", delivered_at=at)
                    .execution_options(synchronize_session=False)
                )
        if read:
            mine = (OutboxRow.person_id == person.id, OutboxRow.id.in_(read), OutboxRow.kind == f"notice.{person.channel}")
            with self._database.session() as session:
                session.execute(update(OutboxRow).where(*mine, OutboxRow.done_at.is_(None)).values(done_at=at))

    def _notices(self, person: Person, language: str) -> tuple[tuple[int, Reply], ...]:
        """Claimed for a lease: what the page never showed comes again after it."""
        waiting = self._outbox.waiting_for(person.id, f"notice.{person.channel}")
        found = []
        for parcel in filter(None, map(self._outbox.claim, waiting)):
            with self._database.session() as session:
                row = session.get(SignalRow, parcel.signal_id)
                if row is not None and row.person_id == person.id:
                    words = self._words.notice(parcel.step, row.level, tuple(row.domains.split(",")), row.whose, person.language or language)
                    found.append((parcel.id, words))
        return tuple(found)

    def take(self, person: Person) -> list[Reply]:
        """All unread messages of carers as replies, for a channel that only answers; they count as delivered."""
        with self._database.session() as session:
            unread = (RelayMessageRow.person_id == person.id, RelayMessageRow.state != "delivered", RelayMessageRow.author != "parent")
            rows = session.execute(select(RelayMessageRow).where(*unread).order_by(RelayMessageRow.id).limit(SHOWN)).scalars().all()
            messages = self._relays.opened(session, rows)
        if messages:
            self._acknowledge(person, messages[-1].id, ())
        return [as_reply(message) for message in messages]


def as_reply(message: Spoken) -> Reply:
    """A message of a carer or of Kiem, as a reply in the conversation."""
    signed = f"{message.signed}:\n" if message.signed else ""
    return {"text": f"{signed}{message.text}", "custom": {"relay": as_json(message)}}


def as_json(message: Spoken) -> dict[str, Any]:
    return {"id": message.id, "from": message.author, "signed": message.signed, "language": message.language, "at": message.at.isoformat()}
