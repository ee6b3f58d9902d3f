"""Reads the paths and finds which one a professional's words lead to. Owns triggers and scores; not how a path is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import BrokenKnowledge
from knowledge.files import ROOT, read_yaml
from knowledge.places.spelling import fold

FOLDER = ROOT / "referral_paths"
LANGUAGES = ("nl", "fr", "en")
CASE = 1.0  # the least score of a path
EPDS_WEIGHT = 1.5  # of a score that lies in the range of a path
_EPDS = re.compile(r"\bepds\b\D{0,12}(\d{1,2})\b", re.I)
# What makes a message a case: a score, weeks after birth or of pregnancy, a client, a case by name.
_CASE = re.compile(
    r"\bepds\b|\bgad-?7\b|\d+\s*(?:w|wk|weken|maand\w*|semaines|mois|weeks|months)\b|\bpp\b|\bcli[eë]nte?\b|\bpati[eë]nte?\b|\bpatient\b|\bclient\b|\bcasus\b",
    re.I,
)


@dataclass(frozen=True)
class Step:
    """Who does what, how fast, and what is shared with them."""

    who: str
    when: str
    do: str
    share: str = ""


@dataclass(frozen=True)
class ReferralPath:
    """A path; texts by language. `also`: beside another path this one adds its first service."""

    id: str
    number: int
    title: dict[str, str]
    triggers: tuple[tuple[str, ...], ...]
    red_flags: dict[str, tuple[str, ...]]
    steps: dict[str, tuple[Step, ...]]
    meanwhile: dict[str, str]
    services: tuple[str, ...]
    sources: tuple[dict[str, str], ...]
    review: dict[str, Any]
    epds: tuple[int, int] | None = None
    also: bool = False


@dataclass(frozen=True)
class Match:
    """The path a message leads to, others that add something, and whether the message reads like a case."""

    path: ReferralPath
    also: tuple[ReferralPath, ...]
    score: float
    is_case: bool


class Paths:
    """All paths, by id and by the words of a case."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.all = [_read(path) for path in sorted(folder.glob("[0-9]*.yml"))]
        self.by_id = {path.id: path for path in self.all}

    def recognise(self, text: str) -> Match | None:
        """The path that these words lead to; None when none does."""
        words = re.findall(r"\w+", fold(text))
        scores = {path.id: _hits(path, words) for path in self.all}
        epds = _EPDS.search(text)
        for path in self.all:
            if epds and path.epds and path.epds[0] <= int(epds[1]) <= path.epds[1]:
                scores[path.id] += EPDS_WEIGHT
        best = max(self.all, key=lambda path: scores[path.id])
        if scores[best.id] < CASE:
            return None
        also = tuple(path for path in self.all if path.also and path is not best and scores[path.id] >= CASE)
        return Match(best, also, scores[best.id], bool(_CASE.search(text)))


def _hits(path: ReferralPath, words: list[str]) -> float:
    """One for each trigger that the words hold; longer phrases count more."""
    found = 0.0
    for phrase in path.triggers:
        for start in range(len(words) - len(phrase) + 1):
            if all(words[start + offset].startswith(part) for offset, part in enumerate(phrase)):
                found += 0.7 + 0.3 * len(phrase)
                break
    return found


def _read(path: Path) -> ReferralPath:
    raw = read_yaml(path)
    try:
        return ReferralPath(
            id=raw["id"],
            number=raw["number"],
            title=raw["title"],
            triggers=tuple(dict.fromkeys(tuple(re.findall(r"\w+", fold(word))) for words in raw["triggers"].values() for word in words)),
            red_flags={language: tuple(lines) for language, lines in raw["red_flags"].items()},
            steps={language: tuple(Step(**step) for step in steps) for language, steps in raw["steps"].items()},
            meanwhile=raw["meanwhile"],
            services=tuple(raw["services"]),
            sources=tuple(raw["sources"]),
            review=raw["review"],
            epds=tuple(raw["epds"]) if "epds" in raw else None,
            also=bool(raw.get("also", False)),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BrokenKnowledge(f"{path}: {type(error).__name__} {error}. Compare with the other referral paths.") from error


@cache
def paths() -> Paths:
    """The paths of this process, read once."""
    return Paths()
