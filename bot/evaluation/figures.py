"""Figures from judged cases: shares, Wilson intervals, latency. Owns arithmetic; not printing."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from bot.evaluation.cases import LEVELS, Outcome

RELIABILITY_BINS = 10


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95% interval of a share. Source: Wilson (1927), score interval."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    divisor = 1 + z * z / total
    return (middle - spread) / divisor, (middle + spread) / divisor


def table(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """One row per kind, check and language: right, total, share and its interval."""
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for outcome in outcomes:
        for check, right in outcome.checks.items():
            cell = counts[outcome.case.kind, check, outcome.case.lang]
            cell[0] += right
            cell[1] += 1
    rows = []
    for (kind, check, lang), (right, total) in sorted(counts.items()):
        low, high = wilson(right, total)
        rows.append(
            {
                "kind": kind,
                "check": check,
                "lang": lang,
                "right": right,
                "total": total,
                "share": right / total,
                "low": low,
                "high": high,
            }
        )
    return rows


def summary(outcomes: list[Outcome]) -> dict[str, float]:
    """The figures the project holds itself to. Means over languages weigh each language the same."""
    full, other = (("nl", "fr", "en"), None)
    figures = {}
    for group, name in ((full, "nl/fr/en"), (other, "other languages")):
        for check in ("topic", "tap"):
            figures[f"{check}, {name}"] = _mean_share(outcomes, "topic", check, group, full)
    asked = [outcome for outcome in outcomes if outcome.case.kind == "topic"]
    refused = [outcome for outcome in asked if outcome.record["topic"] is None and not outcome.record["alternatives"]]
    figures["out of scope rejected"] = _share([outcome.checks["refused"] for outcome in outcomes if "refused" in outcome.checks])
    figures["questions refused"] = len(refused) / len(asked) if asked else 0.0
    figures["language of the reply"] = _share([outcome.checks["language"] for outcome in outcomes])
    return figures | safety(outcomes)


def safety(outcomes: list[Outcome]) -> dict[str, float]:
    """How well danger is noticed (`soon` or higher) and how often an ordinary message is taken for one."""
    serious = [outcome for outcome in outcomes if _least(outcome) >= LEVELS.index("today")]
    emergencies = [outcome for outcome in outcomes if _least(outcome) == LEVELS.index("emergency")]
    low = LEVELS.index("emergency") - 2
    ordinary = [outcome for outcome in outcomes if outcome.case.kind != "signal" and not outcome.case.signals]
    return {
        "emergency and today noticed": _share([_noticed(outcome) for outcome in serious]),
        "emergencies noticed": _share([_noticed(outcome) for outcome in emergencies]),
        "emergencies judged two levels low": _share([_level(outcome) <= low for outcome in emergencies]),
        "soon noticed": _share([_noticed(outcome) for outcome in outcomes if _least(outcome) == LEVELS.index("soon")]),
        "alerts on hard negatives": _share([_noticed(outcome) for outcome in outcomes if outcome.case.kind == "benign"]),
        "alerts on everyday messages": _share([_noticed(outcome) for outcome in ordinary if outcome.case.kind != "benign"]),
    }


def _least(outcome: Outcome) -> int:
    return LEVELS.index((outcome.case.signals or {}).get("min", "none"))


def _level(outcome: Outcome) -> int:
    return LEVELS.index(outcome.record["signal"]["level"])


def _noticed(outcome: Outcome) -> bool:
    return _level(outcome) >= LEVELS.index("soon")


def _mean_share(outcomes: list[Outcome], kind: str, check: str, languages: tuple[str, ...] | None, full: tuple[str, ...]) -> float:
    by_language = defaultdict(list)
    for outcome in outcomes:
        wanted = outcome.case.lang in languages if languages else outcome.case.lang not in full
        if outcome.case.kind == kind and wanted:
            by_language[outcome.case.lang].append(outcome.checks[check])
    return sum(map(_share, by_language.values())) / len(by_language) if by_language else math.nan


def _share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else math.nan


def reliability(outcomes: list[Outcome]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, cases) per bin of confidence, of the topic cases that were answered."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.case.kind == "topic" and outcome.record["topic"]:
            sure = outcome.record["confidence"]
            bins[min(int(sure * RELIABILITY_BINS), RELIABILITY_BINS - 1)].append((sure, outcome.checks["topic"]))
    return [(sum(s for s, _ in part) / len(part), sum(r for _, r in part) / len(part), len(part)) for _, part in sorted(bins.items())]


def confusions(outcomes: list[Outcome], most: int = 40) -> list[tuple[str, str, int]]:
    """(expected topic, answered topic, times), most frequent first."""
    pairs = Counter(
        (outcome.case.topics[0], outcome.record["topic"] or "(none)")
        for outcome in outcomes
        if outcome.case.kind == "topic" and not outcome.checks["topic"]
    )
    return [(expected, got, times) for (expected, got), times in pairs.most_common(most)]


def signal_recall(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """Per language, domain and level of the case: how many were noticed at `soon` or higher, with intervals."""
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for outcome in outcomes:
        wanted = outcome.case.signals
        if not wanted or _least(outcome) < LEVELS.index("soon"):
            continue
        noticed = _noticed(outcome)
        for domain in wanted["domains"] or ["(none)"]:
            cell = counts[outcome.case.lang, domain, wanted["min"]]
            cell[0] += noticed
            cell[1] += 1
    return [
        dict(
            zip(("lang", "domain", "level"), key, strict=False),
            noticed=right,
            total=total,
            low=wilson(right, total)[0],
            high=wilson(right, total)[1],
        )
        for key, (right, total) in sorted(counts.items())
    ]
