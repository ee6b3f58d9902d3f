"""Training of the semantic head: which examples, which labels. Owns the choice; fitting is `head`.

Two sources: messages written for this (knowledge/signals/examples), and the topics' own training questions. The questions of topics that
touch danger were read one by one: the danger signs among them are in knowledge/signals/asked, the rest is ordinary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np

from bot.nlu.joint import Progress
from bot.safety.examples import Example, read_examples
from bot.safety.head import SignalModel
from knowledge.files import ROOT, read_yaml

EXAMPLES = ROOT / "signals" / "examples"
ASKED = ROOT / "signals" / "asked"
KEPT = 4  # one in so many of the questions that touch no danger: more of them teach nothing new and cost time
Question = tuple[str, str, str]  # language, topic, text


def fit_gate(questions: Iterable[Question], encode: Callable[[list[str]], np.ndarray], clean: Callable[[str], str], report: Progress) -> SignalModel:
    """Fit the head on the signal examples and on the topics' training questions."""
    labelled = label_all(questions)
    texts = [clean(text) for _, text in labelled]
    return SignalModel.fit(texts, [label for label, _ in labelled], encode(texts), report, "signals")


def label_all(questions: Iterable[Question]) -> list[tuple[str, str]]:
    """(label, text) of all that the head learns from."""
    asked = list(questions)
    ordinary = [question for question in asked if question[1] not in touching_danger()][::KEPT]
    near = [question for question in asked if question[1] in touching_danger()]
    written = [(label_of(example), example.text) for example in read_all_examples()]
    return written + [(label_of_question(*question), question[2]) for question in (*near, *ordinary)]


def label_of(example: Example) -> str:
    """The class of an example: "none", or its level with its main domain."""
    return "none" if example.level == "none" else f"{example.level}:{example.domains[0]}"


def label_of_question(language: str, topic: str, text: str) -> str:
    """The class of a topic's training question."""
    return _signs().get((language, text), "none") if topic in touching_danger() else "none"


def read_all_examples() -> list[Example]:
    """The examples of all languages."""
    return [example for path in sorted(EXAMPLES.glob("*.tsv")) for example in read_examples(EXAMPLES, path.stem)]


@cache
def _signs() -> dict[tuple[str, str], str]:
    """The class of each question that is a danger sign, by language and text."""
    return {
        (example.language, example.text): label_of(example) for path in sorted(ASKED.glob("*.tsv")) for example in read_examples(ASKED, path.stem)
    }


@cache
def touching_danger() -> frozenset[str]:
    """Topics whose questions can hide a signal (knowledge/signals/touching_danger.yml)."""
    return frozenset(read_yaml(ROOT / "signals" / "touching_danger.yml"))
