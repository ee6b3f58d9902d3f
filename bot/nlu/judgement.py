"""The topic model: three heads that judge a message, joined into one ranking with a verdict. Owns fitting, calibrating and its
files; no Rasa and no encoder (vectors come in).

    both     e5 and USE vectors     languages that USE speaks
    e5       e5 vectors alone       the other languages
    wording  character n-grams      all: dialect, typos and names that no encoder has seen
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.nlu.encoding import USE_LANGUAGES, Embedding
from bot.nlu.head import LinearHead, Thresholds, softmax
from bot.nlu.wording import WordingHead

Progress = Callable[[str, int, int], None]

STRENGTH = {"both": 20.0, "e5": 30.0}
ITERATIONS = 40
WORDING_WEIGHT = 0.6  # of its standardised scores, against the log-probabilities of the vectors
HELD_OUT = 0.1  # of the examples, to calibrate on
REFUSED = 0.005  # of held-out questions that may fall below the scope threshold
ANSWER_AT = 0.35  # the least confidence to answer at once; below it, the first three are offered


@dataclass(frozen=True)
class Judgement:
    """A message judged: classes by falling confidence, the verdict (answer, unsure, out) and the scope score behind it."""

    ranking: list[tuple[str, float]]
    verdict: str
    scope: float


class TopicModel:
    """Judges messages with the three heads."""

    def __init__(self, heads: dict[str, LinearHead], wording: WordingHead) -> None:
        self._heads = heads
        self._wording = wording

    def guess(self, text: str, vectors: Embedding, language: str, most: int) -> Judgement:
        """Judge one cleaned text with its vectors (one row each). `language` chooses the head of the vectors."""
        head = self._heads["both" if language in USE_LANGUAGES else "e5"]
        logits, scope = self._joined(head, _parts(head, vectors), self._wording.scores([text]))
        probabilities = softmax(logits[0] / head.thresholds.temperature)
        best = np.argsort(-probabilities)[:most]
        ranking = [(head.classes[index], float(probabilities[index])) for index in best]
        verdict = "out" if scope[0] < head.thresholds.scope else "answer" if ranking[0][1] >= head.thresholds.answer else "unsure"
        return Judgement(ranking, verdict, float(scope[0]))

    def _joined(self, head: LinearHead, parts: list[np.ndarray], wording: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Joined logits (n, classes) and scope scores (n,)."""
        logits, features = head.logits(parts)
        joined = np.log(softmax(logits) + 1e-12) + WORDING_WEIGHT * _standardise(wording)
        return joined, head.scope_scores(logits, features)

    def save(self, folder: Path) -> None:
        for name, head in self._heads.items():
            head.save(folder, name)
        self._wording.save(folder)

    @classmethod
    def load(cls, folder: Path) -> TopicModel:
        return cls({name: LinearHead.load(folder, name) for name in STRENGTH}, WordingHead.load(folder))


def fit(texts: list[str], labels: list[str], languages: list[str], vectors: Embedding, progress: Progress) -> TopicModel:
    """Fit on all examples, with thresholds found on a tenth that a first fit did not see."""
    held = np.random.default_rng(7).random(len(texts)) < HELD_OUT
    speaks = np.array([language in USE_LANGUAGES for language in languages])
    trial = _fit(texts, labels, speaks, vectors, ~held, progress, "calibrating")
    thresholds = {name: _calibrate(trial, name, texts, labels, vectors, held & (speaks if name == "both" else True)) for name in STRENGTH}
    model = _fit(texts, labels, speaks, vectors, np.ones(len(texts), bool), progress, "topics")
    for name, head in model._heads.items():
        head.thresholds = thresholds[name]
    return model


def _fit(
    texts: list[str], labels: list[str], speaks: np.ndarray, vectors: Embedding, chosen: np.ndarray, progress: Progress, what: str
) -> TopicModel:
    heads = {}
    for step, name in enumerate(STRENGTH):
        progress(what, step, 3)
        rows = np.flatnonzero(chosen & speaks) if name == "both" else np.flatnonzero(chosen)
        parts = [vectors.e5[rows], vectors.use[rows]] if name == "both" else [vectors.e5[rows]]
        heads[name] = LinearHead.fit(parts, [labels[row] for row in rows], strength=STRENGTH[name], iterations=ITERATIONS)
    progress(what, 2, 3)
    rows = np.flatnonzero(chosen)
    wording = WordingHead.fit([texts[row] for row in rows], [labels[row] for row in rows])
    progress(what, 3, 3)
    return TopicModel(heads, wording)


def _calibrate(model: TopicModel, name: str, texts: list[str], labels: list[str], vectors: Embedding, rows: np.ndarray) -> Thresholds:
    """Temperature by the likelihood of held-out labels; scope by the share of held-out questions that may be refused."""
    index = np.flatnonzero(rows)
    if len(index) < 20:  # too few to say anything: a toy model in a test
        return replace(Thresholds(), answer=ANSWER_AT)
    head = model._heads[name]
    known = {label: position for position, label in enumerate(head.classes)}
    index = np.array([row for row in index if labels[row] in known])
    part = Embedding(vectors.e5[index], vectors.use[index])
    joined, scope = model._joined(head, _parts(head, part), model._wording.scores([texts[row] for row in index]))
    truth = np.array([known[labels[row]] for row in index])
    temperatures = np.linspace(0.6, 3.0, 25)
    likelihood = [np.log(softmax(joined / t)[np.arange(len(truth)), truth] + 1e-12).mean() for t in temperatures]
    inside = np.array([labels[row] != "out_of_scope" for row in index])
    return Thresholds(
        temperature=float(temperatures[int(np.argmax(likelihood))]), answer=ANSWER_AT, scope=float(np.quantile(scope[inside], REFUSED))
    )


def _parts(head: LinearHead, vectors: Embedding) -> list[np.ndarray]:
    return [vectors.e5, vectors.use] if len(head.means) == 2 else [vectors.e5]


def _standardise(scores: np.ndarray) -> np.ndarray:
    centred = scores - scores.mean(axis=1, keepdims=True)
    return centred / np.maximum(scores.std(axis=1, keepdims=True), 1e-9)
