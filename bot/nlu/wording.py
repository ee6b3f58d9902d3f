"""A linear head on character n-grams. Owns its features, fitting and file.

Sentence encoders know little of dialect, typing errors and local names; alone this head is worse than they are, together
they are better than either (see tests/benchmarks).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import SGDClassifier

FEATURES = 2**17
FILE = "wording.npz"
_NGRAMS = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=FEATURES, alternate_sign=False, norm=None)


class WordingHead:
    """`weights` (classes, FEATURES) float16, `bias` (classes,), `idf` (FEATURES,) float16."""

    def __init__(self, weights: np.ndarray, bias: np.ndarray, idf: np.ndarray) -> None:
        self._weights = np.ascontiguousarray(weights.T)  # by feature: a message touches few of them
        self._bias = bias.astype(np.float32)
        self._idf = idf.astype(np.float32)

    @classmethod
    def fit(cls, texts: list[str], labels: list[str]) -> WordingHead:
        """Fit on cleaned texts; classes are the sorted labels."""
        counts = TfidfTransformer(sublinear_tf=True)
        features = counts.fit_transform(_NGRAMS.transform([text.lower() for text in texts]))
        model = SGDClassifier(loss="log_loss", alpha=3e-6, max_iter=6, tol=None, n_jobs=2, random_state=7)
        model.fit(features, labels)
        return cls(model.coef_.astype(np.float16), model.intercept_, counts.idf_)

    def scores(self, texts: list[str]) -> np.ndarray:
        """Scores (n, classes) of cleaned texts; only their order and spread within a row mean something."""
        rows = [self._score(text.lower()) for text in texts]
        return np.stack(rows)

    def _score(self, text: str) -> np.ndarray:
        counted = _NGRAMS.transform([text])
        weights = (1 + np.log(counted.data)) * self._idf[counted.indices]
        norm = np.linalg.norm(weights)
        if not norm:
            return self._bias
        return self._bias + (weights / norm).astype(np.float32) @ self._weights[counted.indices].astype(np.float32)

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, weights=self._weights.T, bias=self._bias, idf=self._idf.astype(np.float16))

    @classmethod
    def load(cls, folder: Path) -> WordingHead:
        with np.load(folder / FILE) as saved:
            return cls(saved["weights"], saved["bias"], saved["idf"])
