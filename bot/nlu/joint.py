"""Two heads that judge a message, joined into one score per class. Owns the joining, fitting and its files; no Rasa and no encoder.

    head     sentence vectors       what is meant, in any language
    wording  character n-grams      dialect, typing errors and names that the encoder has not seen

Topics and signals are both judged so, each with classes of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from bot.nlu.head import LinearHead, softmax
from bot.nlu.wording import WordingHead

Progress = Callable[[str, int, int], None]
Model = TypeVar("Model", bound="JointModel")

WORDING_WEIGHT = 0.9  # of its standardised scores, against the log-probabilities of the vectors


class JointModel:
    """Both heads, fitted on the same examples."""

    def __init__(self, head: LinearHead, wording: WordingHead) -> None:
        self.head = head
        self.wording = wording

    @classmethod
    def fit(cls: type[Model], texts: list[str], labels: list[str], vectors: np.ndarray, progress: Progress, what: str = "topics") -> Model:
        """Fit both heads on cleaned texts, their labels and their vectors (n, width)."""
        progress(what, 0, 2)
        head = LinearHead.fit(vectors, labels)
        progress(what, 1, 2)
        model = cls(head, WordingHead.fit(texts, labels))
        progress(what, 2, 2)
        return model

    def joined(self, texts: list[str], vectors: np.ndarray) -> np.ndarray:
        """Joined logits (n, classes) of cleaned texts and their vectors."""
        words = self.wording.scores(texts)
        centred = words - words.mean(axis=1, keepdims=True)
        standardised = centred / np.maximum(centred.std(axis=1, keepdims=True), 1e-9)
        return np.log(softmax(self.head.logits(vectors)) + 1e-12) + WORDING_WEIGHT * standardised

    def save(self, folder: Path) -> None:
        self.head.save(folder)
        self.wording.save(folder)

    @classmethod
    def load(cls: type[Model], folder: Path) -> Model:
        return cls(LinearHead.load(folder), WordingHead.load(folder))
