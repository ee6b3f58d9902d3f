"""What must hold on SQLite and on PostgreSQL alike: one signal, one owner, one taker of a row, whoever is first."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from bot.errors import UnknownSignal
from bot.store.delivery_models import InboxRow, OutboxRow
from bot.store.signal_models import SignalRow
from tests.safety import Desk, texts


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def _rows(desk: Desk, table) -> list:
    with desk.people.database.session() as session:
        return list(session.execute(select(table)).scalars())


def test_messages_of_one_person_at_once_make_one_signal(desk):
    desk.people.arrive("rest", "me")

    async def talk() -> list:
        return await asyncio.gather(*(desk.say(text) for text in ["so very tired", "I have the pills here", "I want to die"] * 2))

    replies = asyncio.run(talk())
    assert all("112" in texts(reply) or "106" in texts(reply) for reply in replies)
    (signal,) = _rows(desk, SignalRow)
    assert signal.level == "emergency"
    assert len({row.key for row in _rows(desk, OutboxRow)}) == len(_rows(desk, OutboxRow))


def test_the_same_update_at_once_is_one_message(desk):
    async def talk() -> list:
        return await asyncio.gather(*(desk.say("I have the pills here", update_key="7") for _ in range(4)))

    asyncio.run(talk())
    assert len(_rows(desk, InboxRow)) == 1
    (signal,) = _rows(desk, SignalRow)
    assert signal.alerts == 1


def test_two_who_take_the_same_signal_make_one_owner(desk):
    asyncio.run(desk.say("I have the pills here"))
    start = threading.Barrier(4)

    def take(name: str) -> str | None:
        start.wait()
        try:
            return desk.room.care.take(1, name).owner
        except UnknownSignal as error:
            assert "cannot be taken" in str(error)
            return None

    with ThreadPoolExecutor(4) as pool:
        won = [owner for owner in pool.map(take, ["an", "bea", "cor", "an"]) if owner]
    assert len(won) == 1
    assert desk.room.care.show(1).owner == won[0]


def test_couriers_of_several_processes_never_both_send(desk):
    for number in range(12):
        asyncio.run(desk.say("I have the pills here", f"person {number}"))
    start = threading.Barrier(4)

    def deliver(_: int) -> int:
        start.wait()
        return desk.deliver()

    with ThreadPoolExecutor(4) as pool:
        gone = sum(pool.map(deliver, range(4)))
    assert gone == 12
    assert len(desk.postbox.keys) == len(set(desk.postbox.keys)) == 12


def test_a_row_that_a_dead_process_had_claimed_comes_back(desk):
    asyncio.run(desk.say("I have the pills here"))
    (ticket,) = desk.room.outbox.due(["alert.mail"])
    assert desk.room.outbox.claim(ticket) is not None
    assert desk.room.outbox.claim(ticket) is None, "the same ticket again"
    assert desk.deliver() == 0
    desk.clock.turn(seconds=61)
    assert desk.deliver() == 1


def test_a_life_from_new_to_closed_and_back(desk):
    asyncio.run(desk.say("I have the pills here"))
    desk.deliver()
    care = desk.room.care
    assert care.show(1).state == "notified"
    assert care.take(1, "an").state == "taken"
    assert "will contact you" in texts(asyncio.run(desk.say("hello?")))
    assert care.contacted(1, "an").state == "contacted"
    with pytest.raises(UnknownSignal, match="outcome"):
        care.close(1, "an", "fine")
    assert care.close(1, "an", "helped").outcome == "helped"
    assert care.open_signals() == []
    assert care.reopen(1, "bea").owner is None
    assert [event["what"] for event in care.show(1).log] == [
        "raised", "alert_queued", "alert_sent", "taken", "contacted", "closed", "reopened",
    ]  # fmt: skip


def test_reopening_beside_another_open_signal_is_refused(desk):
    asyncio.run(desk.say("I have the pills here"))
    desk.room.care.close(1, "an", "helped")
    asyncio.run(desk.say("I have the pills here"))
    with pytest.raises(UnknownSignal, match="another open signal"):
        desk.room.care.reopen(1, "an")
    asyncio.run(desk.say("I have the pills here"))
    assert {row.id for row in _rows(desk, SignalRow)} == {1, 2}
