"""Low-rank corrections of the encoder, learned on our own examples. Owns their file; learning them is `bot.nlu.tuning`.

A matrix W of the packaged model becomes W + B A, with A (rank, columns) and B (rows, rank) stored as float16 under the matrix's
own name. Without the file the encoder is the packaged one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

TUNED = Path(__file__).parent / "tuned.npz"


class Corrections:
    """What to add to the matrices of the packaged model."""

    def __init__(self, path: Path = TUNED) -> None:
        self._factors: dict[str, np.ndarray] = {}
        self.digest = ""
        if path.is_file():
            self.digest = hashlib.sha256(path.read_bytes()).hexdigest()
            with np.load(path) as saved:
                self._factors = {name: saved[name].astype(np.float32) for name in saved.files}

    def of(self, name: str) -> np.ndarray | float:
        """The correction (rows, columns) of a matrix such as "l0.q"; 0 where there is none."""
        if f"{name}.A" not in self._factors:
            return 0.0
        return self._factors[f"{name}.B"] @ self._factors[f"{name}.A"]
