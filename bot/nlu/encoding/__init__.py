"""Sentences to vectors. Owns the guard, both encoders and their caches; knows nothing of topics, languages or Rasa.

    guard -> tokens -> e5 (graph, weights) \\
    guard -------------> use ---------------> encoder (corpus: the cache on disk)
"""

from .e5 import Progress
from .encoder import KINDS, Embedding, SentenceEncoder, shared_encoder
from .guard import MAX_CHARACTERS, clean
from .use import LANGUAGES as USE_LANGUAGES

__all__ = ["KINDS", "MAX_CHARACTERS", "USE_LANGUAGES", "Embedding", "Progress", "SentenceEncoder", "clean", "shared_encoder"]
