"""The linear head on sentence vectors. Owns fitting, scoring and its file; no Rasa, no encoder.

Out of scope is judged by the largest logit plus the cosine to the nearest example (measured best in the project's design
notes). Numbers are stored as npz and JSON, never as pickle.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

STRENGTH = 5.0  # the inverse of the penalty
ITERATIONS = 30
NEAREST_WEIGHT = 5.0  # how much the cosine to the nearest example weighs against the largest logit
NAME = "head"


@dataclass(frozen=True)
class Thresholds:
    """Where to answer, to ask and to refuse.

    `temperature` divides logits before the softmax; `answer` is the least confidence to answer at once: below it three topics
    are offered; a message whose scope score is below `scope` is out of scope.
    """

    temperature: float = 1.0
    answer: float = 0.3
    scope: float = -1e9


class LinearHead:
    """Multinomial logistic regression on centred vectors.

    `weights` (classes, width), `bias` (classes,), `mean` (width,), `examples` (n, width) float16 with `labels` (n,).
    """

    def __init__(
        self,
        classes: list[str],
        weights: np.ndarray,
        bias: np.ndarray,
        mean: np.ndarray,
        examples: np.ndarray,
        labels: np.ndarray,
        thresholds: Thresholds,
    ) -> None:
        self.classes = classes
        self.weights = weights.astype(np.float32)
        self.bias = bias.astype(np.float32)
        self.mean = mean
        self.thresholds = thresholds
        order = np.argsort(labels, kind="stable")
        self.examples = examples[order].astype(np.float16)
        self.labels = labels[order]
        self._starts = np.searchsorted(self.labels, np.arange(len(classes) + 1))

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: list[str]) -> LinearHead:
        """Fit on vectors (n, width) and a label per row."""
        mean = vectors.mean(axis=0)
        features = centre(vectors, mean)
        classes, encoded = np.unique(labels, return_inverse=True)
        model = LogisticRegression(C=STRENGTH, max_iter=ITERATIONS)
        model.fit(features, encoded)
        return cls(list(classes), model.coef_, model.intercept_, mean, features, encoded, Thresholds())

    def logits(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits (n, classes) and the centred vectors (n, width)."""
        features = centre(vectors, self.mean)
        return features @ self.weights.T + self.bias, features

    def scope_scores(self, logits: np.ndarray, features: np.ndarray) -> np.ndarray:
        """How much each row looks like the class it is taken for: largest logit plus weighted cosine to its nearest example."""
        winners = logits.argmax(axis=1)
        scores = np.empty(len(logits), np.float32)
        for row, winner in enumerate(winners):
            near = self.examples[self._starts[winner] : self._starts[winner + 1]].astype(np.float32)
            scores[row] = logits[row, winner] + NEAREST_WEIGHT * (float((near @ features[row]).max()) if len(near) else 0.0)
        return scores

    def save(self, folder: Path) -> None:
        arrays = {name: getattr(self, name) for name in ("weights", "bias", "mean", "examples", "labels")}
        np.savez(folder / f"{NAME}.npz", **arrays)
        about = {"classes": self.classes, "thresholds": asdict(self.thresholds)}
        (folder / f"{NAME}.json").write_text(json.dumps(about, indent=1), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearHead:
        about = json.loads((folder / f"{NAME}.json").read_text("utf-8"))
        with np.load(folder / f"{NAME}.npz") as saved:
            arrays = {name: saved[name] for name in saved.files}
        return cls(about["classes"], thresholds=Thresholds(**about["thresholds"]), **arrays)


def centre(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Cosines of the encoder lie between 0.7 and 0.95: seen from the middle they spread."""
    centred = vectors - mean
    return (centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
