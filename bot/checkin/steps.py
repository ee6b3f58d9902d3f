"""The eleven steps of the check-in and which comes next. Owns the order and the possible answers; pure. Texts are knowledge/checkin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.checkin.flags import all_well, is_indicated

SKIPPED = "skipped"
MOST_SKIPS = 2  # who skips twice would rather not
HARD = {("down", "yes"), ("interest", "yes"), ("support", "no"), ("gut", "yes"), ("how", "hard"), ("how", "very_hard")}  # thanked for


@dataclass(frozen=True)
class Step:
    """A question with its answers; `open` takes any words, `many` more than one answer."""

    id: str
    answers: tuple[str, ...]
    open: bool = False
    many: bool = False

    @property
    def slot(self) -> str:
        return f"checkin_{self.id}"


_OFTEN = ("0", "1", "2", "3")
STEPS = {
    step.id: step
    for step in (
        Step("free", ("yes", "partner", "later", "no")),
        Step("how", ("good", "so_so", "hard", "very_hard"), open=True),
        Step("rest", ("yes", "sometimes", "no", "none")),
        Step("down", ("yes", "no")),
        Step("interest", ("yes", "no")),
        Step("nervous", _OFTEN),
        Step("worrying", _OFTEN),
        Step("support", ("yes", "bit", "no")),
        Step("worries", ("money", "home", "papers", "food", "relationship", "baby", "other", "nothing"), many=True),
        Step("gut", ("yes", "unsure", "no")),
        Step("contact", ("yes", "later", "no")),
    )
}
# Where a worry leads: the topic whose answer is offered.
TOPIC_OF = {
    "money": "money_budget_help",
    "home": "housing_help",
    "papers": "residence_care",
    "food": "money_budget_help",
    "relationship": "relationship_strain",
    "baby": "baby_crying",
    "other": "asking_help",
}


def next_step(answers: Mapping[str, Any]) -> Step | None:
    """The first question that is due and not answered; None at the end."""
    for step in STEPS.values():
        if step.id in answers:
            continue
        if step.id in ("nervous", "worrying") and not is_indicated(answers):
            continue
        if step.id == "contact" and all_well(answers):
            continue
        return step
    return None
