"""The answers of a check-in as lines of text in a language, with the words of the person as they were. Owns their order; no score, no label."""

from __future__ import annotations

from typing import Any

from bot.checkin.steps import SKIPPED, STEPS, Step
from knowledge.checkin_texts import checkin_texts


def lines(answers: dict[str, Any], words: dict[str, str], language: str, *, partner: bool) -> list[str]:
    """One line per question that was put: the question, then the answer."""
    return [_line(step, answers.get(step.id), words, language, partner) for step in STEPS.values() if step.id in answers and step.id != "free"]


def _line(step: Step, answer: Any, words: dict[str, str], language: str, partner: bool) -> str:
    texts = checkin_texts()
    if answer == SKIPPED:
        shown = texts.say("summary", "skipped", language)
    elif answer == "words":
        shown = ""
    else:
        shown = ", ".join(texts.answer(step.id, each, language) for each in (answer if isinstance(answer, list) else [answer]))
    said = f"\N{LEFT DOUBLE QUOTATION MARK}{words[step.id]}\N{RIGHT DOUBLE QUOTATION MARK}" if words.get(step.id) else ""
    return " ".join(filter(None, (texts.question(step.id, language, partner=partner), shown, said)))
