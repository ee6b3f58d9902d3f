"""The linear head on sentence vectors. Owns fitting, scoring, calibration and its file; no Rasa, no encoder.

Source of the design: measurements in the project's design notes (linear head on frozen encoders; out of scope by the largest
logit plus the cosine to the nearest example). Numbers are stored as npz and JSON, never as pickle.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

NEAREST_WEIGHT = 5.0  # how much the cosine to the nearest example weighs against the largest logit


@dataclass(frozen=True)
class Thresholds:
    """Where to answer, to ask and to refuse. Found on held-out examples at training time.

    `temperature` divides logits before the softmax; `answer` is the least confidence to answer at once; a message whose scope
    score is below `scope` is out of scope.
    """

    temperature: float = 1.0
    answer: float = 0.35
    scope: float = -1e9


class LinearHead:
    """Multinomial logistic regression on joined, separately centred vectors.

    `weights` (classes, d), `bias` (classes,), `means` one per encoder, `examples` (n, d) float16 with `labels` (n,).
    """

    def __init__(
        self,
        classes: list[str],
        weights: np.ndarray,
        bias: np.ndarray,
        means: list[np.ndarray],
        examples: np.ndarray,
        labels: np.ndarray,
        thresholds: Thresholds,
    ) -> None:
        self.classes = classes
        self.weights = weights.astype(np.float32)
        self.bias = bias.astype(np.float32)
        self.means = means
        self.thresholds = thresholds
        order = np.argsort(labels, kind="stable")
        self.examples = examples[order].astype(np.float16)
        self.labels = labels[order]
        self._starts = np.searchsorted(self.labels, np.arange(len(classes) + 1))

    @classmethod
    def fit(cls, parts: list[np.ndarray], labels: list[str], *, strength: float, iterations: int) -> LinearHead:
        """Fit on the vectors of each encoder (n, width) and a label per row. `strength` is the inverse of the penalty."""
        means = [part.mean(axis=0) for part in parts]
        features = join(parts, means)
        classes, encoded = np.unique(labels, return_inverse=True)
        model = LogisticRegression(C=strength, max_iter=iterations, solver="lbfgs")
        model.fit(features, encoded)
        return cls(list(classes), model.coef_, model.intercept_, means, features, encoded, Thresholds())

    def logits(self, parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Logits (n, classes) and the joined features (n, d)."""
        features = join(parts, self.means)
        return features @ self.weights.T + self.bias, features

    def scope_scores(self, logits: np.ndarray, features: np.ndarray) -> np.ndarray:
        """How much each row looks like the class it is taken for: largest logit plus weighted cosine to its nearest example."""
        winners = logits.argmax(axis=1)
        scores = np.empty(len(logits), np.float32)
        for row, winner in enumerate(winners):
            near = self.examples[self._starts[winner] : self._starts[winner + 1]].astype(np.float32)
            scores[row] = logits[row, winner] + NEAREST_WEIGHT * (float((near @ features[row]).max()) if len(near) else 0.0)
        return scores

    def save(self, folder: Path, name: str) -> None:
        arrays = {f"mean_{index}": mean for index, mean in enumerate(self.means)}
        np.savez(
            folder / f"{name}.npz", weights=self.weights, bias=self.bias, examples=self.examples, labels=self.labels, **arrays
        )
        about = {"classes": self.classes, "parts": len(self.means), "thresholds": asdict(self.thresholds)}
        (folder / f"{name}.json").write_text(json.dumps(about, indent=1), "utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> LinearHead:
        about = json.loads((folder / f"{name}.json").read_text("utf-8"))
        with np.load(folder / f"{name}.npz") as saved:
            means = [saved[f"mean_{index}"] for index in range(about["parts"])]
            arrays = {key: saved[key] for key in ("weights", "bias", "examples", "labels")}
        return cls(about["classes"], means=means, thresholds=Thresholds(**about["thresholds"]), **arrays)


def join(parts: list[np.ndarray], means: list[np.ndarray]) -> np.ndarray:
    """Centre and normalise each encoder's vectors on its own, then put them side by side (each part weighs the same)."""
    centred = [part - mean for part, mean in zip(parts, means)]
    normalised = [part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9) for part in centred]
    return np.hstack(normalised).astype(np.float32) / np.float32(np.sqrt(len(parts)))


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
