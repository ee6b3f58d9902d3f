"""Training of the semantic head: which examples, which labels. Owns the choice of everyday lines; fitting is `head`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from bot.nlu.joint import Progress
from bot.safety.examples import Example, read_examples
from bot.safety.head import SignalModel
from knowledge.files import ROOT, read_yaml

EXAMPLES = ROOT / "signals" / "examples"
EVERYDAY_KEPT = 3  # one in so many of the everyday questions: more of them teach nothing new and cost time


def fit_gate(
    asked: Sequence[tuple[str, str]], encode: Callable[[list[str]], np.ndarray], clean: Callable[[str], str], report: Progress
) -> SignalModel:
    """Fit the head on the signal examples and on everyday questions; `asked` holds (topic, text) of the topics' training examples."""
    examples = read_all_examples()
    ordinary = [text for topic, text in asked if everyday(topic)][::EVERYDAY_KEPT]
    texts = [clean(text) for text in [*(example.text for example in examples), *ordinary]]
    labels = [label_of(example) for example in examples] + ["none"] * len(ordinary)
    return SignalModel.fit(texts, labels, encode(texts), report, "signals")


def label_of(example: Example) -> str:
    """The class of an example: "none", or its level with its main domain."""
    return "none" if example.level == "none" else f"{example.level}:{example.domains[0]}"


def read_all_examples() -> list[Example]:
    """The examples of all languages."""
    return [example for path in sorted(EXAMPLES.glob("*.tsv")) for example in read_examples(EXAMPLES, path.stem)]


def everyday(topic: str) -> bool:
    """Whether the training questions of a topic hold no danger, so that they teach what ordinary messages look like."""
    return topic not in _touching_danger()


@cache
def _touching_danger() -> frozenset[str]:
    """Topics whose questions can hide a signal (knowledge/signals/touching_danger.yml)."""
    return frozenset(read_yaml(ROOT / "signals" / "touching_danger.yml"))
