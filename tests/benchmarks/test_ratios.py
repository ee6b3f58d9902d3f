"""Ratios that must hold in one run on one machine: nothing on the message path grows with what came before."""

import pytest

from tests.benchmarks.talking import converse, questions
from tests.conftest import Bot

pytestmark = pytest.mark.slow


def test_a_long_conversation_does_not_slow_down(own_bot: Bot):
    own_bot.start()
    # The same few messages over and over: what differs between the 10th and the 500th is only their number.
    pace = converse(own_bot, (questions(10) * 51)[:510], "long")
    assert pace.around(100, 20) <= 1.3 * pace.around(10, 20)
    assert pace.around(500, 20) <= 1.5 * pace.around(10, 20)


def test_many_other_people_do_not_slow_one_down(own_bot: Bot):
    own_bot.start()
    before = converse(own_bot, questions(10) * 3, "first").quantile(0.5)
    for number in range(200):
        own_bot.say("hallo", f"person {number}")
    after = converse(own_bot, questions(10) * 3, "last").quantile(0.5)
    assert after <= 1.3 * before


def test_memory_does_not_grow_with_the_conversation(own_bot: Bot):
    own_bot.start()
    converse(own_bot, questions(60), "memory")
    before = own_bot.memory()
    converse(own_bot, questions(60) * 4, "memory")
    assert own_bot.memory() <= 1.1 * before
