"""Case files: reading and judging. Owns what counts as right (tests/cases/README.md says it in words)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import BrokenCases
from knowledge.places.gazetteer import gazetteer
from knowledge.social_map.entries import entry_serves

LEVELS = ("none", "watch", "soon", "today", "emergency")
KINDS = ("topic", "signal", "benign", "service", "referral", "behaviour", "out_of_scope")


@dataclass(frozen=True)
class Case:
    """One message with what the bot must make of it; `before` are messages the same person sent first."""

    id: str
    lang: str
    text: str
    kind: str
    role: str = "parent"
    forwarded: bool = False
    topics: list[str] = field(default_factory=list)
    signals: dict[str, Any] | None = None
    services: dict[str, Any] | None = None
    behaviour: str | None = None
    behaviours: list[str] = field(default_factory=list)
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A case with the record it got. `checks` maps what was judged (topic, tap, signal, services, ...) to right or wrong."""

    case: Case
    record: dict[str, Any]
    checks: dict[str, bool]

    @property
    def is_right(self) -> bool:
        return all(right for name, right in self.checks.items() if name not in ("tap", "language"))


def read_cases(paths: Iterable[Path]) -> list[Case]:
    """All cases of the files.

    Raises:
        BrokenCases: names file and line.
    """
    cases: dict[str, Case] = {}
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            case = _read_case(line, f"{path}:{number}")
            if case.id in cases:
                raise BrokenCases(f"{path}:{number}: the id {case.id} is taken already.")
            cases[case.id] = case
    return list(cases.values())


def _read_case(line: str, where: str) -> Case:
    try:
        case = Case(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise BrokenCases(f"{where}: {error}. The keys of a case are in tests/cases/README.md.") from error
    if case.kind not in KINDS:
        raise BrokenCases(f"{where}: the kind {case.kind!r} is none of {', '.join(KINDS)}.")
    return case


def judge(case: Case, record: dict[str, Any]) -> Outcome:
    """Hold a decision record against its case."""
    checks = {"language": record["lang"] == case.lang}
    if case.kind == "topic":
        checks["topic"] = record["topic"] in case.topics
        checks["tap"] = checks["topic"] or bool(set(record["alternatives"]) & set(case.topics))
    if case.kind in ("service", "referral"):
        checks |= _judge_services(case.services or {}, record["services"])
    if case.kind == "behaviour":
        checks["behaviour"] = record["behaviour"] in {case.behaviour, *case.behaviours}
    if case.kind == "out_of_scope":
        checks["refused"] = record["topic"] is None and not record["services"] and record["signal"]["level"] == "none"
    if case.kind in ("signal", "benign") or case.signals:
        checks["signal"] = _signal_is_right(case.signals or {"domains": [], "min": "none", "max": "none"}, record["signal"])
    return Outcome(case, record, checks)


def _signal_is_right(wanted: dict[str, Any], got: dict[str, Any]) -> bool:
    low, high = (LEVELS.index(wanted.get(bound, "none")) for bound in ("min", "max"))
    if not low <= LEVELS.index(got["level"]) <= high:
        return False
    return got["level"] == "none" or not wanted.get("domains") or bool(set(wanted["domains"]) & set(got["domains"]))


def _judge_services(wanted: dict[str, Any], got: list[dict[str, Any]]) -> dict[str, bool]:
    place = gazetteer().find(wanted.get("place"))
    first = [entry for entry in got[:3] if entry["category"] in wanted.get("categories", ())]
    return {
        "category": bool(first),
        "serves": any(place is None or entry_serves(tuple(entry["serves"]), place) for entry in first),
    }
