"""The categories of the social map: their names, and the words that give them away. Owns the lexicon; the semantic head is `bot.nlu.services`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from knowledge.files import ROOT, read_yaml
from knowledge.places.spelling import fold

FOLDER = ROOT / "social_map"
EVERYWHERE = ("nl", "fr", "en")  # people of every language use Belgian words ("OCMW", "sage-femme")
SHORT = 4  # letters; a shorter word counts only as a whole word, and only in its own language
STEM = 5  # letters from which a word counts as the beginning of a longer one


class Categories:
    """All categories, found by the words of a message."""

    def __init__(self) -> None:
        raw: dict[str, dict[str, Any]] = read_yaml(FOLDER / "categories.yml")
        self.ids = tuple(raw)
        self._names = {category: about["names"] for category, about in raw.items()}
        self.near: dict[str, list[str]] = {category: about["near"] for category, about in raw.items()}
        self.for_professionals = frozenset(category for category, about in raw.items() if about.get("audience") == "professional")
        self.words = {
            category: {language: [str(word) for word in words] for language, words in about["words"].items()} for category, about in raw.items()
        }
        self._lexicons = {language: self._lexicon(language) for language in {code for names in self._names.values() for code in names}}

    def name(self, category: str, language: str) -> str:
        names = self._names.get(category, {})
        return names.get(language) or names.get("en") or category.replace("_", " ")

    def scores(self, text: str, language: str) -> dict[str, float]:
        """How strongly the words of a text speak for each category: 1 for a word, more for a phrase or several words."""
        tokens = fold(text).split()
        tokens = [token.strip(',;:!?()«»"“”…؟،؛') for token in tokens]
        lexicon = self._lexicons.get(language) or self._lexicons["en"]
        found: dict[str, float] = defaultdict(float)
        for start in range(len(tokens)):
            for category, weight in lexicon.at(tokens, start).items():
                found[category] += weight
        return dict(found)

    def guess(self, text: str) -> str | None:
        """The likeliest category of a description in any of the full languages; None when no word speaks for one."""
        totals: dict[str, float] = defaultdict(float)
        for language in EVERYWHERE:
            for category, weight in self.scores(text, language).items():
                totals[category] += weight
        return max(totals, key=totals.__getitem__, default=None)

    def _lexicon(self, language: str) -> _Lexicon:
        lexicon = _Lexicon()
        for code in dict.fromkeys((language, *EVERYWHERE)):
            for category in self.ids:
                for word in self.words[category].get(code, ()):
                    if code == language or len(word) >= SHORT:
                        lexicon.add(fold(word).split(), category)
        return lexicon


class _Lexicon:
    """Phrases by the beginning of their first word."""

    def __init__(self) -> None:
        self._by_start: dict[str, list[tuple[list[str], str]]] = defaultdict(list)

    def add(self, phrase: list[str], category: str) -> None:
        self._by_start[phrase[0][:SHORT]].append((phrase, category))

    def at(self, tokens: list[str], start: int) -> dict[str, float]:
        """The categories of the phrases that begin at this token, each with the weight of its longest phrase."""
        best: dict[str, float] = {}
        for phrase, category in self._candidates(tokens[start]):
            if _follows(phrase, tokens, start):
                best[category] = max(best.get(category, 0.0), 0.5 + 0.5 * len(phrase))
        return best

    def _candidates(self, token: str) -> Iterable[tuple[list[str], str]]:
        for length in range(1, SHORT + 1):
            if length <= len(token):
                yield from self._by_start.get(token[:length], ()) if length == SHORT or length == len(token) else ()


def _follows(phrase: list[str], tokens: list[str], start: int) -> bool:
    if start + len(phrase) > len(tokens):
        return False
    return all(_is_form_of(token, word) for word, token in zip(phrase, tokens[start:], strict=False))


def _is_form_of(token: str, word: str) -> bool:
    return token == word or (len(word) >= STEM - 1 and token.startswith(word))


@cache
def categories() -> Categories:
    """The categories of this process, read once."""
    return Categories()
