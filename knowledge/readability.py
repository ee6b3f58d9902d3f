"""How easy a text is to read, by the formulas of the field. Owns measuring; a linter, not a judge of good writing.

All are of Flesch's kind, base - a * words/sentence - b * syllables/word, fitted to a language: Flesch (en), Flesch-Douma (nl), Kandel-Moles
(fr), Amstad (de), Fernández Huerta (es), Flesch-Vacca (it), Martins (pt), Oborneva (ru), Ateşman (tr). Higher is easier. Syllables come from
Pyphen's hyphenation patterns, or from counting vowels where the spelling shows them, so that a score may be a few points off. The other
languages have no formula we know to be tested: their sentences are counted.
"""

from __future__ import annotations

import re
from functools import cache

import pyphen

FORMULAS = {
    "nl": (206.835, 0.93, 77.0),
    "fr": (207.0, 1.015, 73.6),
    "en": (206.835, 1.015, 84.6),
    "de": (180.0, 1.0, 58.5),
    "es": (206.84, 1.02, 60.0),
    "it": (217.0, 1.3, 60.0),
    "pt": (248.835, 1.015, 84.6),
    "ru": (206.835, 1.3, 60.1),
    "tr": (198.825, 2.61, 40.175),
}
TARGET = 60.0
SIMPLE_TARGET = 80.0  # A2, what a person in need reads
LONGEST_SENTENCE = 14  # words, on average, where there is no formula
_DICTIONARIES = {"nl": "nl_NL", "fr": "fr_FR", "en": "en_GB", "de": "de_DE", "es": "es", "it": "it_IT", "pt": "pt_PT"}
_VOWELS = {"ru": re.compile("[аеёиоуыэюя]"), "tr": re.compile("[aeıioöuüâîû]")}
_SENTENCE_END = re.compile(r"[.!?:;؟۔]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def readability(text: str, language: str) -> float | None:
    """The score of a text; None for a language without a formula or a text without words."""
    words = _WORD.findall(text)
    if language not in FORMULAS or not words:
        return None
    syllables = sum(_syllables(word.lower(), language) for word in words)
    base, per_sentence, per_word = FORMULAS[language]
    return base - per_sentence * words_per_sentence(text) - per_word * syllables / len(words)


def words_per_sentence(text: str) -> float:
    """The mean; a text without an end is one sentence."""
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    return len(_WORD.findall(text)) / max(1, sentences)


def target(part: str) -> float:
    """The score to aim for in a part of an answer."""
    return SIMPLE_TARGET if part == "simple" else TARGET


@cache
def _hyphenator(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=_DICTIONARIES[language], left=1, right=1)


def _syllables(word: str, language: str) -> int:
    if language in _VOWELS:
        return max(1, len(_VOWELS[language].findall(word)))
    return len(_hyphenator(language).positions(word)) + 1
