"""The topic model: two heads that judge a message, joined into one ranking with a verdict. Owns fitting, calibrating and its
files; no Rasa and no encoder (vectors come in).

    head     sentence vectors       what is meant, in any language
    wording  character n-grams      dialect, typing errors and names that the encoder has not seen
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.nlu.head import LinearHead, Thresholds, softmax
from bot.nlu.wording import WordingHead

Progress = Callable[[str, int, int], None]

WORDING_WEIGHT = 0.6  # of its standardised scores, against the log-probabilities of the vectors
HELD_OUT = 0.1  # of the examples, to calibrate on
TOO_FEW = 20  # held-out examples to calibrate on: a toy model in a test
REFUSED = 0.005  # of held-out questions that may fall below the scope threshold
OUTSIDE = "out_of_scope"  # the intent of examples that are none of our business


@dataclass(frozen=True)
class Judgement:
    """A message judged: classes by falling confidence, the verdict (answer, unsure, out) and the scope score behind it."""

    ranking: list[tuple[str, float]]
    verdict: str
    scope: float


class TopicModel:
    """Judges messages with both heads."""

    def __init__(self, head: LinearHead, wording: WordingHead) -> None:
        self.head = head
        self.wording = wording

    def guess(self, text: str, vectors: np.ndarray, most: int) -> Judgement:
        """Judge one cleaned text with its vector (1, width)."""
        joined, scope = self.joined([text], vectors)
        limits = self.head.thresholds
        probabilities = softmax(joined[0] / limits.temperature)
        best = np.argsort(-probabilities)[:most]
        ranking = [(self.head.classes[index], float(probabilities[index])) for index in best]
        verdict = "out" if scope[0] < limits.scope else "answer" if ranking[0][1] >= limits.answer else "unsure"
        return Judgement(ranking, verdict, float(scope[0]))

    def joined(self, texts: list[str], vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Joined logits (n, classes) and scope scores (n,)."""
        logits, features = self.head.logits(vectors)
        words = self.wording.scores(texts)
        centred = words - words.mean(axis=1, keepdims=True)
        standardised = centred / np.maximum(centred.std(axis=1, keepdims=True), 1e-9)
        return np.log(softmax(logits) + 1e-12) + WORDING_WEIGHT * standardised, self.head.scope_scores(logits, features)

    def save(self, folder: Path) -> None:
        self.head.save(folder)
        self.wording.save(folder)

    @classmethod
    def load(cls, folder: Path) -> TopicModel:
        return cls(LinearHead.load(folder), WordingHead.load(folder))


def fit(texts: list[str], labels: list[str], vectors: np.ndarray, progress: Progress) -> TopicModel:
    """Fit on all examples (cleaned texts, labels, vectors), with thresholds found on a tenth that a first fit did not see."""
    held = np.random.default_rng(7).random(len(texts)) < HELD_OUT
    progress("topics", 0, 2)
    trial = _fit(texts, labels, vectors, np.flatnonzero(~held))
    progress("topics", 1, 2)
    model = _fit(texts, labels, vectors, np.arange(len(texts)))
    model.head.thresholds = _calibrate(trial, texts, labels, vectors, np.flatnonzero(held))
    progress("topics", 2, 2)
    return model


def _fit(texts: list[str], labels: list[str], vectors: np.ndarray, rows: np.ndarray) -> TopicModel:
    chosen = [labels[row] for row in rows]
    return TopicModel(LinearHead.fit(vectors[rows], chosen), WordingHead.fit([texts[row] for row in rows], chosen))


def _calibrate(model: TopicModel, texts: list[str], labels: list[str], vectors: np.ndarray, rows: np.ndarray) -> Thresholds:
    """Temperature by the likelihood of held-out labels; scope by the share of held-out questions that may be refused."""
    known = {label: position for position, label in enumerate(model.head.classes)}
    rows = np.array([row for row in rows if labels[row] in known], int)
    if len(rows) < TOO_FEW:
        return Thresholds()
    joined, scope = model.joined([texts[row] for row in rows], vectors[rows])
    truth = np.array([known[labels[row]] for row in rows])
    temperatures = np.linspace(0.6, 3.0, 25)
    likelihood = [np.log(softmax(joined / t)[np.arange(len(truth)), truth] + 1e-12).mean() for t in temperatures]
    inside = np.array([labels[row] != OUTSIDE for row in rows])
    return Thresholds(float(temperatures[int(np.argmax(likelihood))]), scope=float(np.quantile(scope[inside], REFUSED)))
