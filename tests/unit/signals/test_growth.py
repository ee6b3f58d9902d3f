"""The work for one message does not grow with the number of people, signals, messages or waiting alerts."""

import asyncio

import pytest
import sqlalchemy as sa

from tests.safety import Desk

pytestmark = pytest.mark.slow


class Counted:
    """Counts statements and the rows that SQLite really walks over (its virtual-machine steps say so)."""

    def __init__(self, desk: Desk) -> None:
        self.steps = 0
        self.statements = 0
        sa.event.listen(desk.people.database.engine, "connect", self._watch)
        sa.event.listen(desk.people.database.engine, "before_cursor_execute", self._count)
        desk.people.database.close()

    def _watch(self, connection, _) -> None:
        def walked() -> int:
            self.steps += 1
            return 0

        connection.set_progress_handler(walked, 1)

    def _count(self, *_) -> None:
        self.statements += 1

    def of(self, work) -> tuple[int, int]:
        before = self.steps, self.statements
        work()
        return self.steps - before[0], self.statements - before[1]


@pytest.mark.parametrize("text", ["when do babies eat?", "I have the pills here", "I want to die", "so very tired"])
def test_a_message_costs_the_same_among_many(people, text):
    desk = Desk(people)
    counted = Counted(desk)
    asyncio.run(desk.say(text, "first"))
    few = [counted.of(lambda: asyncio.run(desk.say(text, f"{number} of few"))) for number in range(5)]  # noqa: B023
    for number in range(150):
        asyncio.run(desk.say("I have the pills here", f"person {number}"))
    many = [counted.of(lambda: asyncio.run(desk.say(text, f"{number} of many"))) for number in range(5)]  # noqa: B023
    assert min(many)[1] == min(few)[1], "statements"
    assert min(many)[0] <= min(few)[0] + 50, "steps of SQLite: a scan of 150 rows would be hundreds more"


def test_the_hundredth_message_of_a_person_costs_what_the_tenth_did(people):
    desk = Desk(people)
    counted = Counted(desk)
    costs = [counted.of(lambda: asyncio.run(desk.say("I have the pills here")))[0] for _ in range(100)]
    assert sum(costs[90:]) <= sum(costs[10:20]) * 1.3
