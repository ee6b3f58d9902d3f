"""Figures for the coordinator: how fast signals are taken and parents contacted, what came of it, by level, language and week.

Owns counting, from the logs of signals. Nobody's words and no names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select

from bot.delivery.outbox import Clock
from bot.signals.duty import BRUSSELS
from bot.signals.queue import URGENCY
from bot.signals.states import SHARED
from bot.store.database import Database
from bot.store.models import now
from bot.store.signal_models import SignalEventRow, SignalRow

WEEKS = 12
FEW = 5  # a language with fewer signals is counted among "other": it could point at somebody


@dataclass(frozen=True)
class Pace:
    """Of one level: how many, and minutes to the step at the median and the 95th percentile (None: it never happened)."""

    level: str
    raised: int
    taken: int
    take_p50: float | None
    take_p95: float | None
    contacted: int
    contact_p50: float | None
    contact_p95: float | None
    unanswered: int
    false_alarms: int


@dataclass(frozen=True)
class Figures:
    """All figures of the last weeks; `weeks` maps the Monday of each to counts per level."""

    paces: tuple[Pace, ...]
    weeks: dict[str, Counter] = field(default_factory=dict)
    languages: Counter = field(default_factory=Counter)
    outcomes: Counter = field(default_factory=Counter)
    helped: Counter = field(default_factory=Counter)


class Statistics:
    """Counts."""

    def __init__(self, database: Database, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    def figures(self, weeks: int = WEEKS) -> Figures:
        since = self._clock() - timedelta(weeks=weeks)
        with self._database.session() as session:
            columns = (SignalRow.id, SignalRow.level, SignalRow.language, SignalRow.outcome, SignalRow.state, SignalRow.raised_at)
            told = (SignalRow.raised_at >= since, SignalRow.consent.in_(SHARED))
            rows = session.execute(select(*columns).where(*told)).all()
            wanted = select(SignalEventRow.signal_id, SignalEventRow.what, SignalEventRow.at, SignalEventRow.detail)
            log = session.execute(
                wanted.join(SignalRow, SignalRow.id == SignalEventRow.signal_id).where(SignalRow.raised_at >= since).order_by(SignalEventRow.id)
            ).all()
        events: dict[int, list] = defaultdict(list)
        for signal_id, what, at, detail in log:
            events[signal_id].append((what, at, detail))
        found = [(row, events[row.id]) for row in rows if events[row.id]]
        return Figures(
            tuple(_pace(level, [each for each in found if each[0].level == level]) for level in URGENCY if level != "watch"),
            _by_week(found),
            _few_hidden(Counter(row.language or "?" for row, _ in found)),
            Counter(row.outcome for row, _ in found if row.outcome),
            Counter(detail for _, log in found for what, _, detail in log if what == "aftercare" and detail in ("yes", "no")),
        )


def _pace(level: str, found: list) -> Pace:
    takes, contacts, unanswered = [], [], 0
    for _, log in found:
        told = next((at for what, at, _ in log if what in ("alert_queued", "consent_given")), log[0][1])
        taken = next((at for what, at, _ in log if what == "taken"), None)
        contacted = next((at for what, at, _ in log if what == "contacted"), None)
        takes += [_minutes(told, taken)] if taken else []
        contacts += [_minutes(told, contacted)] if contacted else []
        unanswered += any(what in ("ladder_parent", "carer_silent") for what, *_ in log)
    false_alarms = sum(row.outcome == "false_alarm" for row, _ in found)
    return Pace(
        level, len(found), len(takes), percentile(takes, 50), percentile(takes, 95), len(contacts), percentile(contacts, 50),
        percentile(contacts, 95), unanswered, false_alarms,
    )  # fmt: skip


def percentile(values: list[float], rank: int) -> float | None:
    """The smallest value that at least `rank` percent of the values do not exceed (nearest rank); None of no values."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * rank / 100) - 1)] if ordered else None


def _minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 60)


def _by_week(found: list) -> dict[str, Counter]:
    weeks: dict[str, Counter] = defaultdict(Counter)
    for row, _ in found:
        day = row.raised_at.astimezone(BRUSSELS).date()
        weeks[(day - timedelta(days=day.weekday())).isoformat()][row.level] += 1
    return dict(sorted(weeks.items()))


def _few_hidden(counts: Counter) -> Counter:
    shown = Counter({language: count for language, count in counts.items() if count >= FEW})
    hidden = sum(count for count in counts.values() if count < FEW)
    return shown + Counter({"other": hidden} if hidden else {})
