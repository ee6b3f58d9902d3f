"""The topic model: two heads that judge a message, joined into one ranking with a verdict. Owns the joining, the thresholds and
its files; no Rasa and no encoder (vectors come in).

    head     sentence vectors       what is meant, in any language
    wording  character n-grams      dialect, typing errors and names that the encoder has not seen
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.nlu.head import LinearHead, softmax
from bot.nlu.wording import WordingHead

Progress = Callable[[str, int, int], None]

WORDING_WEIGHT = 0.9  # of its standardised scores, against the log-probabilities of the vectors
OUTSIDE = "out_of_scope"  # the intent of examples that are none of our business

# Chosen on the development cases of 18 languages (make eval). A message is out of scope when its best topic leads the class of
# outside examples by less than SCOPE: this told questions from the rest with an area under the curve of 0.997, the largest logit
# plus the cosine to the nearest example with 0.61, because the corrected encoder draws all it has learned together.
SCOPE = 12.0
SURE = 0.6  # a message whose best class is as sure as this is never refused: a short question may have little lead
TEMPERATURE = 1.5  # divides joined logits before the softmax: the best likelihood
ANSWER = 0.2  # the least confidence to answer at once; below it three topics are offered


@dataclass(frozen=True)
class Judgement:
    """A message judged: classes by falling confidence, the verdict (answer, unsure, out) and the lead over the outside class."""

    ranking: list[tuple[str, float]]
    verdict: str
    scope: float


class TopicModel:
    """Judges messages with both heads."""

    def __init__(self, head: LinearHead, wording: WordingHead) -> None:
        self.head = head
        self.wording = wording
        self._outside = head.classes.index(OUTSIDE) if OUTSIDE in head.classes else None

    def guess(self, text: str, vectors: np.ndarray, most: int) -> Judgement:
        """Judge one cleaned text with its vector (1, width)."""
        joined = self.joined([text], vectors)[0]
        probabilities = softmax(joined / TEMPERATURE)
        best = np.argsort(-probabilities)[:most]
        ranking = [(self.head.classes[index], float(probabilities[index])) for index in best]
        scope = self._lead(joined)
        verdict = _verdict(ranking[0][1], scope)
        return Judgement(ranking, verdict, scope)

    def _lead(self, joined: np.ndarray) -> float:
        """By how much the best other class leads the class of outside examples; infinite when the model has none."""
        if self._outside is None:
            return float("inf")
        return float(np.delete(joined, self._outside).max() - joined[self._outside])

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
    def load(cls, folder: Path) -> TopicModel:
        return cls(LinearHead.load(folder), WordingHead.load(folder))


def _verdict(sure: float, scope: float) -> str:
    if scope < SCOPE and sure < SURE:
        return "out"
    return "answer" if sure >= ANSWER else "unsure"


def fit(texts: list[str], labels: list[str], vectors: np.ndarray, progress: Progress) -> TopicModel:
    """Fit both heads on cleaned texts, their labels and their vectors (n, width)."""
    progress("topics", 0, 2)
    head = LinearHead.fit(vectors, labels)
    progress("topics", 1, 2)
    model = TopicModel(head, WordingHead.fit(texts, labels))
    progress("topics", 2, 2)
    return model
