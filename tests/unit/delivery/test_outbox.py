"""The outbox and the courier: pauses that grow, no row lost, done rows forgotten, and a loop that stops cleanly."""

import threading
from datetime import timedelta

import pytest

from bot.delivery.courier import Chore, Courier
from bot.delivery.outbox import LONGEST_PAUSE, Outbox, pause
from bot.store.delivery_models import OutboxRow
from tests.safety import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(database, clock) -> Outbox:
    return Outbox(database, clock)


def put(database, outbox, clock, *keys: str) -> None:
    for key in keys:
        with database.session() as session:
            outbox.put(session, key, "test", at=clock())


def test_a_key_is_put_once(database, outbox, clock):
    put(database, outbox, clock, "a", "a", "b")
    assert len(outbox.due(["test"])) == 2


def test_a_failure_is_tried_again_after_a_growing_pause(database, outbox, clock):
    put(database, outbox, clock, "a")
    tries = []

    def fail(parcel):
        tries.append(clock())
        raise RuntimeError("with an address@example.org")

    courier = Courier(outbox, {"test": fail})
    for _ in range(600):
        courier.deliver_due()
        clock.turn(seconds=1)
    gaps = [(later - earlier).total_seconds() for earlier, later in zip(tries, tries[1:], strict=False)]
    assert gaps[0] <= 3
    assert max(gaps) <= 61
    assert 10 < len(tries) < 40
    with database.session() as session:
        assert session.get(OutboxRow, 1).last_error == "RuntimeError"


def test_the_pause_has_jitter_and_a_cap():
    pauses = [pause(30) for _ in range(50)]
    assert len(set(pauses)) > 40
    assert max(pauses) <= LONGEST_PAUSE
    assert min(pauses) >= LONGEST_PAUSE / 2


def test_done_rows_are_forgotten_after_a_while(database, outbox, clock):
    put(database, outbox, clock, "a", "b")
    Courier(outbox, {"test": lambda _: None}).deliver_due()
    put(database, outbox, clock, "c")
    outbox.prune(clock() + timedelta(days=8))
    with database.session() as session:
        assert [row.key for row in session.query(OutboxRow)] == ["c"]


def test_the_courier_runs_beside_and_stops_cleanly(database, outbox, clock):
    gone, worked = threading.Event(), threading.Event()
    courier = Courier(outbox, {"test": lambda _: gone.set()}, (Chore("work", timedelta(hours=1), worked.set),))
    courier.start()
    assert worked.wait(5)
    put(database, outbox, clock, "a")
    courier.wake()
    assert gone.wait(5)
    courier.stop()
    assert not courier.is_running


def test_a_chore_that_fails_does_not_end_the_loop(database, outbox, clock, caplog):
    gone = threading.Event()

    def broken() -> None:
        raise ValueError("me@example.org")

    courier = Courier(outbox, {"test": lambda _: gone.set()}, (Chore("broken", timedelta(hours=1), broken),))
    put(database, outbox, clock, "a")
    courier.start()
    assert gone.wait(5)
    courier.stop()
    assert "broken failed: ValueError" in caplog.text
    assert "example.org" not in caplog.text
