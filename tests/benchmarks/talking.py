"""How long answers take over REST on SQLite, and how that grows with the conversation. Owns the stopwatch."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from bot.evaluation.cases import read_cases
from bot.settings import PROJECT
from tests.conftest import Bot

WARM_UP = 10


@dataclass(frozen=True)
class Pace:
    """Seconds per message of one conversation, in order."""

    seconds: list[float]

    def around(self, message: int, width: int = 10) -> float:
        """The median of the messages around this one."""
        low = max(0, message - width // 2)
        return statistics.median(self.seconds[low : low + width])

    def quantile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[int(share * (len(ordered) - 1))]


def questions(count: int) -> list[str]:
    """Messages as people write them: topic cases of three languages, repeated when there are too few."""
    cases = [case.text for lang in ("nl", "fr", "en") for case in read_cases([PROJECT / "tests" / "cases" / f"topics-{lang}.jsonl"])]
    step = max(1, len(cases) // count)
    return (cases[::step] * (count // len(cases[::step]) + 1))[:count]


def converse(bot: Bot, messages: list[str], sender: str) -> Pace:
    """One conversation; the seconds each answer took."""
    seconds = []
    for text in messages:
        start = time.perf_counter()
        bot.say(text, sender)
        seconds.append(time.perf_counter() - start)
    return Pace(seconds)


def each_alone(bot: Bot, messages: list[str]) -> Pace:
    """Each message from a person of its own, after a warm-up."""
    converse(bot, messages[:WARM_UP], "warm-up")
    return Pace([converse(bot, ["hallo", text], f"alone {number}").seconds[1] for number, text in enumerate(messages)])
