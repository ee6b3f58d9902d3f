"""The texts of knowledge/safety: what to say at a level in a domain, with the numbers of numbers.yml filled in.

Owns finding the right text and the right line for a language; not when it is said (bot/signals/words.py) nor whether it is good (safety_check.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import BrokenKnowledge
from knowledge.files import ROOT, read_yaml
from knowledge.library import Library, Line, library

LEVELS = ("watch", "soon", "today", "emergency")
FALLBACK = "en"
KINDS = ("suicide", "listening", "violence", "poison", "doctor")  # of lines, as placeholders
CHILD_LINES = ("1712", "103")  # who to ask about somebody else's child
EVERYBODY = ("112", "101")  # no word about languages: there is no other line
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class SafetyTexts:
    """All languages of a folder such as knowledge/safety, in memory."""

    def __init__(self, known: Library, root: Path | None = None) -> None:
        self._known = known
        self.root = root or known.root / "safety"
        self.texts: dict[str, dict[str, Any]] = {path.stem: read_yaml(path) for path in sorted(self.root.glob("??.yml"))}
        if FALLBACK not in self.texts:
            raise BrokenKnowledge(f"{self.root / FALLBACK}.yml is missing: it is what every other language falls back to.")

    def danger(self, level: str, domains: Iterable[str], language: str, *, other: bool = False) -> str:
        """The text for a level and the first of these domains that has one; `other` when somebody else is meant."""
        return self._fill(*self._find(level, list(domains), language, other=other))

    def numbers(self, level: str, domains: Iterable[str], language: str) -> list[str]:
        """Each number that the text of a level and domain names, with what it is for."""
        text, written = self._find(level, list(domains), language, other=False)
        lines = {line.id: line for name in _PLACEHOLDER.findall(text) for line in self.lines_of(name, written)}
        return [f"{line.number}: {line.about.get(written) or line.about[FALLBACK]}" for line in lines.values()]

    def _find(self, level: str, domains: list[str], language: str, *, other: bool) -> tuple[str, str]:
        """A text as written, and the language it is in."""
        for written in dict.fromkeys((language, FALLBACK)):
            for section in (("third", level), (level,)) if other else ((level,),):
                found = self._section(written, section)
                text = next((found[domain] for domain in domains if domain in found), found.get("default"))
                if text:
                    return text, written
        raise BrokenKnowledge(f"{self.root / FALLBACK}.yml: there is no text for {level}.")

    def say(self, section: str, key: str, language: str, **values: str) -> str:
        """A text of `team`, `clarify` or `buttons`; an unknown domain of `clarify` gets its default.

        Raises:
            BrokenKnowledge: English has no such text.
        """
        for written in dict.fromkeys((language, FALLBACK)):
            found = self._section(written, (section,))
            text = found.get(key) or found.get("default")
            if text:
                return self._fill(text, written, **values)
        raise BrokenKnowledge(f"{self.root / FALLBACK}.yml: `{section}` has no `{key}`.")

    def line(self, placeholder: str, language: str) -> str:
        """The number or numbers that a placeholder stands for, with the languages they speak where that is not this one.

        Raises:
            KeyError: numbers.yml has no such line.
        """
        lines = self.lines_of(placeholder, language)
        if placeholder in EVERYBODY or any(language in line.languages for line in lines):
            return lines[0].number
        words = self._words(language)
        return f" {words['or']} ".join(f"{line.number} ({self._spoken(line, words)})" for line in lines)

    def lines_of(self, placeholder: str, language: str) -> list[Line]:
        """The lines behind a placeholder: one that speaks the language, else all of that kind."""
        if placeholder in KINDS:
            lines = [line for line in self._known.lines.values() if line.kind == placeholder]
        else:
            lines = [self._known.lines[each] for each in (CHILD_LINES if placeholder == "child" else (placeholder,))]
        if not lines:
            raise KeyError(placeholder)
        return [line for line in lines if language in line.languages][:1] or lines

    def _spoken(self, line: Line, words: dict[str, str]) -> str:
        return f" {words['or']} ".join(words[language] for language in line.languages if language in ("nl", "fr"))

    def _words(self, language: str) -> dict[str, str]:
        return self.texts.get(language, {}).get("lines") or self.texts[FALLBACK]["lines"]

    def _section(self, language: str, path: tuple[str, ...]) -> dict[str, str]:
        found = self.texts.get(language, {})
        for name in path:
            found = found.get(name) or {}
        return found

    def _fill(self, text: str, language: str, **values: str) -> str:
        return _PLACEHOLDER.sub(lambda match: values.get(match[1]) or self.line(match[1], language), text)


@cache
def safety_texts() -> SafetyTexts:
    """The texts of this process, read once."""
    return SafetyTexts(library(), ROOT / "safety")
