"""The tracker store: sealed, bounded, and true to slots and forms that earlier turns left."""

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store.conversations import TURNS_KEPT, EncryptedTrackerStore

DOMAIN = Domain.from_dict({"slots": {"topic": {"type": "any", "mappings": [{"type": "custom"}]}}, "forms": {"checkin": {"required_slots": []}}})


def _turn(number: int) -> list:
    parse = {"intent": {"name": "greet"}, "intent_ranking": [{"name": str(rank)} for rank in range(10)], "entities": []}
    return [UserUttered(f"message {number}", parse_data=parse), ActionExecuted("action_listen")]


def _tracker(person_id: str, turns: int) -> DialogueStateTracker:
    events = [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        ActionExecuted("action_listen"),
        SlotSet("topic", "baby_crying"),
    ]
    events += [event for number in range(turns) for event in _turn(number)]
    return DialogueStateTracker.from_events(person_id, events, [AnySlot("topic", [{"type": "custom"}])])


@pytest.fixture
def store(people) -> EncryptedTrackerStore:
    return EncryptedTrackerStore(people.database, people.keyring, DOMAIN)


def test_what_is_saved_comes_back(store, people):
    person = people.arrive("rest", "me")
    asyncio.run(store.save(_tracker(person.id, 2)))
    found = asyncio.run(store.retrieve(person.id))
    assert [event.text for event in found.events if isinstance(event, UserUttered)] == ["message 0", "message 1"]
    assert found.get_slot("topic") == "baby_crying"
    assert len(found.latest_message.parse_data["intent_ranking"]) == 3
    assert list(asyncio.run(store.keys())) == [person.id]


def test_a_stranger_has_no_conversation(store):
    assert asyncio.run(store.retrieve("nobody")) is None


def test_no_word_stands_readable_in_the_database(store, people):
    person = people.arrive("rest", "me")
    asyncio.run(store.save(_tracker(person.id, 1)))
    with people.database.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT * FROM conversation").one()
    assert b"message 0" not in bytes(row[1])


def test_a_long_conversation_stays_small_and_keeps_slots_and_form(store, people):
    person = people.arrive("rest", "me")
    tracker = _tracker(person.id, 3)
    tracker.update(ActiveLoop("checkin"))
    sizes = []
    for number in range(3, 60):
        for event in _turn(number):
            tracker.update(event)
        asyncio.run(store.save(tracker))
        tracker = asyncio.run(store.retrieve(person.id))
        sizes.append(len(tracker.events))
    assert max(sizes[20:]) == sizes[20], "it grows with the conversation"
    said = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert said == [f"message {number}" for number in range(60 - TURNS_KEPT, 60)]
    assert tracker.get_slot("topic") == "baby_crying"
    assert tracker.active_loop_name == "checkin"


def test_a_lone_surrogate_does_not_stop_saving(store, people):
    person = people.arrive("rest", "me")
    asyncio.run(store.save(DialogueStateTracker.from_events(person.id, [UserUttered("broken \ud800 text")])))
    assert asyncio.run(store.retrieve(person.id)) is not None
