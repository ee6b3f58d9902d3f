"""What the gate says of a message. Owns the forms and the order of levels; not how they are found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

LEVELS = ("none", "watch", "soon", "today", "emergency")  # ordered, as in knowledge/taxonomy.yml


def rank(level: str) -> int:
    """The place of a level in the order, 0 for none."""
    return LEVELS.index(level)


def highest(levels: Iterable[str]) -> str:
    return max(levels, key=rank, default="none")


def raised(level: str, by: int = 1) -> str:
    """The level above, `emergency` at most."""
    return LEVELS[min(rank(level) + by, len(LEVELS) - 1)]


@dataclass(frozen=True)
class Evidence:
    """One reason: `source` is a rule's id or "head"; `score` is 0..1; `whose` is self, other, past, negated or quoted."""

    source: str
    domain: str
    level: str
    score: float = 1.0
    whose: str = "self"


@dataclass(frozen=True)
class Verdict:
    """A message judged in the context of the talk. `domains` are ids of the taxonomy, the weightiest first.

    `unclear` asks for the one direct clarification; `retracts` is a message that takes an earlier one back: it keeps that one's level.
    """

    level: str = "none"
    domains: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=())
    whose: str = "self"
    unclear: bool = False
    retracts: bool = False

    def is_at_least(self, level: str) -> bool:
        return rank(self.level) >= rank(level)

    def as_record(self) -> dict[str, object]:
        """The `signal` of the decision record."""
        return {"domains": list(self.domains), "level": self.level}


@dataclass(frozen=True)
class Said:
    """An earlier message of the same person, with what the gate said of it then."""

    text: str
    level: str = "none"
    domains: tuple[str, ...] = ()
