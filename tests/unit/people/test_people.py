"""People: a pseudonym per address, choices that last, and an erasure that leaves nothing."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import DatabaseUnreachable, UnknownPerson
from bot.people.keys import Keyring
from bot.people.registry import People
from bot.store.conversations import EncryptedTrackerStore

WORDS = "my very private worry about tonight"


def _talk(people: People, person_id: str) -> None:
    tracker = DialogueStateTracker.from_events(person_id, [UserUttered(WORDS), BotUttered("I hear you")])
    asyncio.run(EncryptedTrackerStore(people.database, people.keyring, Domain.empty()).save(tracker))


def test_the_same_address_is_the_same_person(people):
    first = people.arrive("rest", "me")
    assert first.is_new
    again = people.arrive("rest", "me")
    assert again.id == first.id
    assert not again.is_new
    assert people.arrive("web", "me").id != first.id


def test_two_first_messages_at_once_make_one_person(people):
    with ThreadPoolExecutor(4) as pool:
        ids = {person.id for person in pool.map(lambda _: people.arrive("rest", "me"), range(8))}
    assert len(ids) == 1


def test_a_chosen_language_wins_over_later_guesses(people):
    person = people.arrive("rest", "me")
    people.use_language(person.id, "fr", chosen=False)
    people.use_language(person.id, "en", chosen=True)
    people.use_language(person.id, "nl", chosen=False)
    assert people.find(person.id).language == "en"


def test_details_and_consents_are_kept(people):
    person = people.arrive("rest", "me")
    people.decide(person.id, "remember_details", given=True)
    people.remember(person.id, {"place": "Leuven"})
    people.remember(person.id, {"weeks": 20})
    people.decide(person.id, "remember_details", given=False)
    assert people.find(person.id).details == {"place": "Leuven", "weeks": 20}
    assert people.consents(person.id) == {"remember_details": False}


def test_the_export_holds_all_that_is_stored(people):
    person = people.arrive("rest", "me")
    people.remember(person.id, {"place": "Leuven"})
    _talk(people, person.id)
    stored = people.export(person.id)
    assert stored["pseudonym"] == person.id
    assert stored["details"] == {"place": "Leuven"}
    assert [message["text"] for message in stored["messages"]] == [WORDS, "I hear you"]
    json.dumps(stored)


def test_after_erasing_nothing_is_found_on_disk(tmp_path, keyring):
    from bot.store.database import Database

    database = Database(f"sqlite:///{tmp_path / 'kiem.db'}")
    database.migrate()
    people = People(database, keyring)
    person = people.arrive("rest", "a very special address")
    people.remember(person.id, {"place": "Oostende"})
    _talk(people, person.id)
    with database.engine.connect() as connection:
        sealed = connection.exec_driver_sql("SELECT sealed_events FROM conversation").scalar()
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert sealed[:200] in on_disk, "the test must be able to find what it looks for"
    people.erase(person.id)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for trace in (
        WORDS.encode(),
        b"Oostende",
        b"a very special address",
        person.id.encode(),
        person.wrapped_key,
        sealed[:200],
        sealed[-200:],
    ):
        assert trace not in on_disk


def test_an_erased_person_is_unknown_and_their_conversation_is_not_written_again(people):
    person = people.arrive("rest", "me")
    people.erase(person.id)
    _talk(people, person.id)
    with pytest.raises(UnknownPerson):
        people.find(person.id)
    with pytest.raises(UnknownPerson):
        people.erase(person.id)
    assert people.arrive("rest", "me").id != person.id


def test_a_database_of_another_master_key_is_refused(database, keyring):
    People(database, keyring).check_master_key()
    People(database, keyring).check_master_key()
    with pytest.raises(DatabaseUnreachable, match="master key"):
        People(database, Keyring(bytes(32))).check_master_key()
