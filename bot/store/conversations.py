"""Rasa's tracker store, encrypted and bounded.

Owns keeping the last turns of each conversation in one sealed row. Reading costs the same at the 500th message as at the 10th,
because Rasa replays every event it is given. What must outlive a conversation (language, consent) is in `people`, not here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import select

from bot.people.keys import Keyring
from bot.store.database import Database
from bot.store.models import ConversationRow, PersonRow, now

TURNS_KEPT = 8
RANKING_KEPT = 3


class EncryptedTrackerStore(TrackerStore):
    """One row per person: the events of the last turns, sealed with the person's key."""

    def __init__(self, database: Database, keyring: Keyring, domain: Domain | None = None) -> None:
        super().__init__(domain)
        self.database = database
        self.keyring = keyring

    async def keys(self) -> Iterable[str]:
        with self.database.session() as session:
            return list(session.execute(select(ConversationRow.person_id)).scalars())

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        with self.database.session() as session:
            found = session.execute(
                select(PersonRow.wrapped_key, ConversationRow.sealed_events)
                .join(ConversationRow, ConversationRow.person_id == PersonRow.id)
                .where(PersonRow.id == sender_id)
            ).first()
        if found is None:
            return None
        events = json.loads(self.keyring.open(found.wrapped_key, sender_id, found.sealed_events))
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        return await self.retrieve(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the last turns. A person erased meanwhile has no key any more: nothing is kept."""
        data = json.dumps([_slim(event) for event in last_turns(tracker)]).encode("utf-8", "backslashreplace")
        with self.database.session() as session:
            wrapped_key = session.execute(select(PersonRow.wrapped_key).where(PersonRow.id == tracker.sender_id)).scalar()
            if wrapped_key is None:
                return
            sealed = self.keyring.seal(wrapped_key, tracker.sender_id, data)
            session.merge(ConversationRow(person_id=tracker.sender_id, sealed_events=sealed, updated_at=now()))


def last_turns(tracker: DialogueStateTracker) -> list[Event]:
    """The events of the last turns, led by what earlier ones left behind: session, slots, open form."""
    events = list(tracker.events)
    turns = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= TURNS_KEPT:
        return events
    cut = turns[-TURNS_KEPT]
    start = events[cut].timestamp
    head: list[Event] = [ActionExecuted("action_session_start", timestamp=start), SessionStarted(timestamp=start)]
    head += [SlotSet(name, value, timestamp=start) for name, value in tracker.current_slot_values().items() if value is not None]
    head += [ActionExecuted("action_listen", timestamp=start)]
    loop = next((event for event in reversed(events[:cut]) if isinstance(event, ActiveLoop)), None)
    if loop is not None and loop.name:
        head.insert(-1, ActiveLoop(loop.name, timestamp=start))
    return head + events[cut:]


def _slim(event: Event) -> dict[str, Any]:
    """An event without what only the moment of parsing needed."""
    data = event.as_dict()
    parse = data.get("parse_data")
    if parse:
        parse["intent_ranking"] = parse.get("intent_ranking", [])[:RANKING_KEPT]
        parse.pop("text_tokens", None)
    return data
