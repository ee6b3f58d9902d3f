"""What the answers of a check-in mean: how fast a person should read them. Owns the rules; pure.

Nothing of this is shown to the person who answered: no score, no label. `hints` are for the person of the team.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.safety.verdict import Evidence, Verdict

GAD2 = ("nervous", "worrying")
GAD2_HIGH = 3  # of 6: an offer of contact, never a diagnosis
BASIC_NEEDS = ("money", "home", "papers", "food")


@dataclass(frozen=True)
class Flag:
    """`level` is one of the levels of the gate; `domains` are ids of the taxonomy, the weightiest first."""

    level: str = "none"
    domains: tuple[str, ...] = ()
    hints: tuple[str, ...] = field(default=())

    @property
    def needs_a_person(self) -> bool:
        return self.level in ("soon", "today")

    def as_verdict(self) -> Verdict:
        """The same in the form that signals are raised with."""
        domain = self.domains[0] if self.domains else "gut_feeling"
        evidence = tuple(Evidence(f"checkin:{hint}", domain, self.level) for hint in self.hints)
        return Verdict(self.level, self.domains or ("gut_feeling",), evidence)


def judge(answers: Mapping[str, Any], *, partner: bool = False) -> Flag:
    """The flag of what was answered so far (step -> answer; a step without an answer is absent or "skipped")."""
    hints = _hints(answers)
    level = _level(hints, answers)
    return Flag(level, _domains(hints, answers, partner=partner) if level != "none" else (), tuple(hints))


def is_indicated(answers: Mapping[str, Any]) -> bool:
    """Whether the two questions about worrying are asked: after a yes to one of the two about mood, or when worry was mentioned."""
    return "yes" in (answers.get("down"), answers.get("interest")) or bool(answers.get("worry_mentioned"))


def all_well(answers: Mapping[str, Any]) -> bool:
    """Whether nothing at all came up: then the question about contact is an offer in the closing words, not one more tap."""
    well = {"how": ("good", "so_so"), "rest": ("yes", "sometimes"), "down": ("no",), "interest": ("no",), "support": ("yes",), "gut": ("no",)}
    return all(answers.get(step) in fine for step, fine in well.items()) and not worries(answers) and not answers.get("worry_mentioned")


def worries(answers: Mapping[str, Any]) -> list[str]:
    """The practical worries that were chosen."""
    chosen = answers.get("worries")
    return [worry for worry in chosen if worry != "nothing"] if isinstance(chosen, list) else []


def gad2(answers: Mapping[str, Any]) -> int:
    """0 to 6; what was not answered counts nothing."""
    given = (answers.get(step) for step in GAD2)
    return sum(int(each) for each in given if isinstance(each, str) and each.isdigit())


def _hints(answers: Mapping[str, Any]) -> list[str]:
    said = {
        "no_sleep": answers.get("rest") == "none",
        "mood": "yes" in (answers.get("down"), answers.get("interest")),
        "gad2": gad2(answers) >= GAD2_HIGH,
        "no_support": answers.get("support") == "no",
        "gut": answers.get("gut") == "yes",
        "wants_contact": answers.get("contact") == "yes",
        "very_hard": answers.get("how") == "very_hard",
    }
    return [hint for hint, is_so in said.items() if is_so]


def _level(hints: list[str], answers: Mapping[str, Any]) -> str:
    if "no_sleep" in hints:
        return "today"
    if "gut" in hints or "wants_contact" in hints:
        return "soon"
    if "mood" in hints and ("gad2" in hints or "no_support" in hints):
        return "soon"
    if "no_support" in hints and ("gad2" in hints or worries(answers)):
        return "soon"
    return "watch" if hints or answers.get("gut") == "unsure" else "none"


def _domains(hints: list[str], answers: Mapping[str, Any], *, partner: bool) -> tuple[str, ...]:
    chosen = worries(answers)
    found = {
        "exhaustion": "no_sleep" in hints,
        "partner_distress": partner and "mood" in hints,
        "depression": "mood" in hints,
        "anxiety": "gad2" in hints,
        "gut_feeling": "gut" in hints or answers.get("gut") == "unsure",
        "isolation": "no_support" in hints,
        "basic_needs": any(worry in chosen for worry in BASIC_NEEDS),
        "relationship": "relationship" in chosen,
    }
    return tuple(domain for domain, is_so in found.items() if is_so) or ("gut_feeling",)
