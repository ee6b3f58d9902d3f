"""How easy a text is to read, by the formulas of the field. Owns measuring; a linter, not a judge of good writing.

Flesch-Douma (nl): 206.835 - 0.93 words/sentence - 77 syllables/word. Kandel-Moles (fr): 207 - 1.015 words/sentence - 73.6
syllables/word. Flesch (en): 206.835 - 1.015 words/sentence - 84.6 syllables/word. Higher is easier; syllables come from Pyphen's
hyphenation patterns, so that a score may be a few points off.
"""

from __future__ import annotations

import re
from functools import cache

import pyphen

FORMULAS = {"nl": (206.835, 0.93, 77.0), "fr": (207.0, 1.015, 73.6), "en": (206.835, 1.015, 84.6)}
TARGET = 60.0
_DICTIONARIES = {"nl": "nl_NL", "fr": "fr_FR", "en": "en_GB"}
_SENTENCE_END = re.compile(r"[.!?:;]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def readability(text: str, language: str) -> float | None:
    """The score of a text; None for a language without a formula or a text without words."""
    words = _WORD.findall(text)
    if language not in FORMULAS or not words:
        return None
    sentences = max(1, sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)))
    syllables = sum(_syllables(word.lower(), language) for word in words)
    base, per_sentence, per_word = FORMULAS[language]
    return base - per_sentence * len(words) / sentences - per_word * syllables / len(words)


@cache
def _hyphenator(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=_DICTIONARIES[language], left=1, right=1)


def _syllables(word: str, language: str) -> int:
    return len(_hyphenator(language).positions(word)) + 1
