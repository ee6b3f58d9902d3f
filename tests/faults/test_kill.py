"""kill -9 at every step between accepting a message and its reply: no signal is lost, no alert goes out twice under two names."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing

import pytest
from sqlalchemy import select

from bot.people.keys import Keyring
from bot.people.registry import People
from bot.settings import PROJECT
from bot.signals.room import open_room
from bot.store.delivery_models import InboxRow
from bot.store.signal_models import SignalRow
from tests.safety import FRIDAY, set_up_team, webhook_peer

pytestmark = pytest.mark.slow
KILLS = 200
DANGER = "I have the pills here"


class Driver:
    """Talks to the driver process: one line per life of a process."""

    def __init__(self, home, webhook: str) -> None:
        self._about = {"home": str(home), "webhook": webhook}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.driver"], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        warm = home / "warm"
        warm.mkdir()
        with closing(sqlite3.connect(home / "kiem.db")) as made, closing(sqlite3.connect(warm / "kiem.db")) as copy:
            made.backup(copy)
        self._order(("me", DANGER, "1"), ("me", "hello", "2"), home=str(warm), webhook="http://127.0.0.1:1/", pick_up=True)

    def live(self, *messages: tuple[str, str, str], **about: object) -> dict:
        self._order(*messages, **about)
        return json.loads(self._process.stdout.readline())

    def _order(self, *messages: tuple[str, str, str], **about: object) -> None:
        named = [dict(zip(("who", "text", "key"), message, strict=True)) for message in messages]
        order = {**self._about, "messages": named, "kill_at": 0, "minutes": 0, "pick_up": False, **about}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)


def test_200_kills_lose_no_signal_and_double_no_alert(database, tmp_path):
    people = People(database, Keyring(bytes(range(32))))
    room = open_room(people, ())
    set_up_team(room)
    room.team.note_heartbeat(FRIDAY, works=True)
    with webhook_peer() as (url, got):
        driver = Driver(tmp_path, url)
        whole = driver.live(("nobody", DANGER, "whole"))["steps"]
        assert whole > 20
        accepted = _kill_and_come_back(driver, whole, database, people)
        driver.close()
    with database.session() as session:
        signals = Counter(row.person_id for row in session.execute(select(SignalRow)).scalars())
        levels = {row.level for row in session.execute(select(SignalRow)).scalars()}
    assert set(signals.values()) == {1}, "one signal per person"
    assert levels == {"emergency"}
    assert len(signals) == accepted + 1
    alerts = Counter(request["headers"]["Idempotency-Key"] for request in got)
    assert set(alerts) == {f"signal:{number}:1:first:webhook" for number in range(1, len(signals) + 1)}, "each signal under one name"
    assert max(alerts.values()) <= 2, "a kill between the request and its note repeats it, no more"


def _kill_and_come_back(driver: Driver, whole: int, database, people: People) -> int:
    """How many of the messages were accepted. Half of the channels send an unconfirmed message again, the others do not."""
    accepted = 0
    for number in range(KILLS):
        who, key = f"person {number}", f"update {number}"
        sends_again = number % 2 == 0
        life = driver.live((who, DANGER, key), kill_at=1 + number // 2 % whole)
        assert life["killed"]
        before = _state(database, people, who, key)
        second = ((who, DANGER, key),) if sends_again else ((who, "hello", f"later {number}"),)
        after = driver.live(*second, minutes=2, pick_up=not sends_again)
        was_accepted = sends_again or before is not None
        accepted += was_accepted
        if before != "done" and was_accepted:
            assert "112" in str(after["replies"]), f"the danger text never reached {who}, killed in state {before}"
    # What a killed courier had in hand comes back when its lease is over.
    driver.live(minutes=4, pick_up=True)
    return accepted


def _state(database, people: People, who: str, key: str) -> str | None:
    """What the inbox says of a message; None when it was not accepted."""
    update_key = people.keyring.hash_address("rest", f"{who}:{key}").hex()
    with database.session() as session:
        return session.execute(select(InboxRow.state).where(InboxRow.update_key == update_key)).scalar()


def test_the_driver_answers_when_nobody_kills_it(database, tmp_path):
    people = People(database, Keyring(bytes(range(32))))
    set_up_team(open_room(people, ()))
    with webhook_peer() as (url, got):
        driver = Driver(tmp_path, url)
        life = driver.live(("me", DANGER, "1"), ("me", DANGER, "1"), ("me", "hello", "2"))
        driver.close()
    assert "112" in life["replies"][0][0]
    assert life["replies"][1] == []
    assert [request["body"]["level"] for request in got] == ["emergency"]
