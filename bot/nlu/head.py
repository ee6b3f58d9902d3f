"""The linear head on sentence vectors. Owns fitting, scoring and its file (npz, never pickle); no Rasa, no encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

STRENGTH = 5.0  # the inverse of the penalty
ITERATIONS = 30
FILE = "head.npz"


class LinearHead:
    """Multinomial logistic regression on centred vectors: `weights` (classes, width), `bias` (classes,), `mean` (width,)."""

    def __init__(self, classes: list[str], weights: np.ndarray, bias: np.ndarray, mean: np.ndarray) -> None:
        self.classes = classes
        self.weights = weights.astype(np.float32)
        self.bias = bias.astype(np.float32)
        self.mean = mean.astype(np.float32)

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: list[str]) -> LinearHead:
        """Fit on vectors (n, width) and a label per row."""
        mean = vectors.mean(axis=0)
        model = LogisticRegression(C=STRENGTH, max_iter=ITERATIONS)
        model.fit(centre(vectors, mean), labels)
        return cls(model.classes_.tolist(), model.coef_, model.intercept_, mean)

    def logits(self, vectors: np.ndarray) -> np.ndarray:
        """Logits (n, classes)."""
        return centre(vectors, self.mean) @ self.weights.T + self.bias

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, classes=np.array(self.classes), weights=self.weights, bias=self.bias, mean=self.mean)

    @classmethod
    def load(cls, folder: Path) -> LinearHead:
        with np.load(folder / FILE) as saved:
            return cls(saved["classes"].tolist(), saved["weights"], saved["bias"], saved["mean"])


def centre(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Seen from their middle the vectors spread; then to length 1."""
    centred = vectors - mean
    return (centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
