"""Sentences to vectors. Owns the guard, the encoder and its caches; knows nothing of topics, languages or Rasa.

guard -> tokens -> e5 (graph: weights + tuned) -> encoder (corpus: the cache on disk)
"""

from .e5 import Progress
from .encoder import KINDS, SentenceEncoder, shared_encoder
from .guard import MAX_CHARACTERS, clean

__all__ = ["KINDS", "MAX_CHARACTERS", "Progress", "SentenceEncoder", "clean", "shared_encoder"]
