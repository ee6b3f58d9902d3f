"""Vectors of training texts, kept on disk. Owns the cache file; knows nothing of which encoder made them.

One file per version of the encoder: ``vectors-<version>.npz`` with `keys` (n, 16) uint8 and `e5` (n, 384) float32. A key is
a hash of the cleaned text, so that the file does not hold what people wrote.
"""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile
from pathlib import Path

import numpy as np

from .e5 import WIDTH, write_atomically

logger = logging.getLogger(__name__)


class VectorFile:
    """The rows of one cache file, by cleaned text. One process writes; a second one writing loses the first one's rows."""

    def __init__(self, folder: Path, version: str) -> None:
        self._path = folder / f"vectors-{version}.npz"
        self._rows: dict[bytes, np.ndarray] = {}
        self.was_damaged = False
        if self._path.exists():
            self._load()

    def _load(self) -> None:
        try:
            with np.load(self._path, allow_pickle=False) as file:
                keys, rows = file["keys"], file["e5"]
            if rows.shape != (len(keys), WIDTH):
                raise ValueError(f"shape {rows.shape} for {len(keys)} keys")
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            self.was_damaged = True
            logger.warning("%s is damaged (%s): its vectors are computed again", self._path, error)
            return
        self._rows = dict(zip(map(bytes, keys), rows, strict=True))

    def __contains__(self, text: str) -> bool:
        return _key(text) in self._rows

    def __getitem__(self, text: str) -> np.ndarray:
        return self._rows[_key(text)]

    def __setitem__(self, text: str, row: np.ndarray) -> None:
        self._rows[_key(text)] = row

    def save(self) -> None:
        """Write all rows, atomically. Raises OSError when the disk does not take them."""
        if not self._rows:
            return
        keys = np.array([np.frombuffer(key, np.uint8) for key in self._rows]).reshape(-1, 16)
        buffer = io.BytesIO()
        np.savez(buffer, keys=keys, e5=np.array(list(self._rows.values())))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path, buffer.getvalue())


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
