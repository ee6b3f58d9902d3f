"""The desk on SQLite and on PostgreSQL: one owner, one talk, one use of a code, a try that is counted before it is judged."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from bot.channels.desk.accounts import MOST_TRIES, Accounts
from bot.errors import NotAdmitted, UnknownSignal
from bot.signals.queue import Queue
from bot.signals.statistics import Statistics
from bot.store.desk_models import RelayRow
from tests.safety import Clock, Desk

PASSWORD = "a rather long password"


@pytest.fixture
def desk(people) -> Desk:
    made = Desk(people)
    asyncio.run(made.say("I have the pills here"))
    return made


def outcomes(work, count: int) -> list[str]:
    """What each of several threads at once got: ok, or the name of the error."""

    def one(number: int) -> str:
        try:
            work(number)
        except (UnknownSignal, NotAdmitted) as error:
            return type(error).__name__
        return "ok"

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(one, range(count)))


def test_of_many_who_take_one_has_it(desk):
    got = outcomes(lambda number: desk.room.care.take(1, ("an", "bea")[number % 2]), 6)
    assert got == ["UnknownSignal"] * 5 + ["ok"]


def test_a_talk_that_two_tabs_open_is_one(desk, people):
    desk.room.care.take(1, "an")
    assert outcomes(lambda _: desk.net.relays.open(1, "an"), 4) == ["ok"] * 4
    with people.database.session() as session:
        assert session.query(RelayRow).count() == 1


def test_a_code_lets_one_in(desk, people, keyring):
    clock = Clock()
    accounts = Accounts(people.database, keyring, clock)
    secret = accounts.add("an", PASSWORD).secret
    code = pyotp.TOTP(secret).at(clock.at)
    assert outcomes(lambda _: accounts.admit("an", PASSWORD, code), 3) == ["NotAdmitted"] * 2 + ["ok"]


def test_many_guesses_at_once_are_no_more_than_five(desk, people, keyring):
    clock = Clock()
    accounts = Accounts(people.database, keyring, clock)
    secret = accounts.add("an", PASSWORD).secret
    assert outcomes(lambda _: accounts.admit("an", "a wrong password", "000000"), MOST_TRIES + 3) == ["NotAdmitted"] * (MOST_TRIES + 3)
    with pytest.raises(NotAdmitted):
        accounts.admit("an", PASSWORD, pyotp.TOTP(secret).at(clock.at))
    clock.turn(minutes=16)
    accounts.admit("an", PASSWORD, pyotp.TOTP(secret).at(clock.at))


def test_queue_and_figures_read_the_same_everywhere(desk, people):
    queue = Queue(people.database, desk.clock)
    line = queue.waiting()[0]
    assert (line.level, line.next_step, line.late) == ("emergency", "second", False)
    desk.clock.turn(minutes=6)
    desk.deliver()
    assert (queue.waiting()[0].climbed, queue.waiting()[0].late) == ("second", True)
    desk.room.care.take(1, "an")
    pace = Statistics(people.database, desk.clock).figures().paces[0]
    assert (pace.raised, pace.taken, pace.take_p50) == (1, 1, 6.0)
    assert queue.search(level="emergency", owner="AN")[0].id == 1
