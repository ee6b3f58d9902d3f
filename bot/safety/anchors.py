"""Which patterns a text can match at all, found by the words it holds. Owns the index; spaCy's Matcher then looks at those few only.

Each pattern is filed under one word that it needs. A message asks with its own words, so the cost grows with the message, not with the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from bot.safety.patterns import Pattern, expression


class Anchors:
    """Patterns by the rarest looking of their needed words: whole words, beginnings, ends, insides and misspelt ones."""

    def __init__(self, patterns: dict[str, Pattern]) -> None:
        self._patterns = patterns
        self._whole: dict[str, list[str]] = {}
        self._starts: dict[str, list[str]] = {}
        self._ends: dict[str, list[str]] = {}
        self._inside: dict[str, list[str]] = {}
        self._misspelt: list[tuple[re.Pattern[str], str]] = []
        for key, pattern in patterns.items():
            for choice in min(pattern.needs, key=_commonness):
                self._file(choice, key)

    def _file(self, choice: str, key: str) -> None:
        word = choice.strip("*~")
        if choice.endswith("~") or "*" in word:
            self._misspelt.append((re.compile(expression(choice)), key))
            return
        before, after = choice.startswith("*"), choice.endswith("*")
        shelf = self._inside if before and after else self._ends if before else self._starts if after else self._whole
        shelf.setdefault(word, []).append(key)

    def candidates(self, words: Iterable[str]) -> list[str]:
        """Keys of the patterns whose every needed word is among these."""
        said = set(words)
        keys = dict.fromkeys(key for word in said for key in self._filed_under(word))
        return [key for key in keys if all(_is_said(need, said) for need in self._patterns[key].needs)]

    def _filed_under(self, word: str) -> Iterable[str]:
        length = len(word)
        yield from self._whole.get(word, ())
        for cut in range(1, length + 1):
            yield from self._starts.get(word[:cut], ())
            yield from self._ends.get(word[length - cut :], ())
        if self._inside:
            for start in range(length):
                for end in range(start + 1, length + 1):
                    yield from self._inside.get(word[start:end], ())
        for form, key in self._misspelt:
            if form.fullmatch(word):
                yield key


def _commonness(need: tuple[str, ...]) -> tuple[bool, int, int]:
    """Few, long, exactly written choices are rare in messages."""
    return any(mark in choice for choice in need for mark in "*~"), len(need), -min(map(len, need))


def _is_said(need: tuple[str, ...], said: set[str]) -> bool:
    if any(choice in said for choice in need):
        return True
    forms = [_compiled(choice) for choice in need if "*" in choice or "~" in choice]
    return any(form.fullmatch(word) for form in forms for word in said)


@cache
def _compiled(choice: str) -> re.Pattern[str]:
    return re.compile(expression(choice))
