"""The sentences around a talk with the care team: knowledge/care (what parents read, all languages) and knowledge/desk (the desk, nl, fr, en).

Owns loading, filling in and comparing the languages; not when a sentence is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.errors import BrokenKnowledge
from knowledge.files import ROOT, read_yaml
from knowledge.findings import Finding

FALLBACK = "en"
REVIEW = "review"  # the one key that is no sentence: written, translated or reviewed
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class CareTexts:
    """All languages of one folder, in memory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts: dict[str, dict[str, str]] = {path.stem: read_yaml(path) for path in sorted(root.glob("??.yml"))}
        if FALLBACK not in self.texts:
            raise BrokenKnowledge(f"{root / FALLBACK}.yml is missing: it is what every other language falls back to.")

    def say(self, key: str, language: str, **values: object) -> str:
        """A sentence; English where the language has not got it.

        Raises:
            BrokenKnowledge: English has not got it either.
        """
        text = self.texts.get(language, {}).get(key) or self.texts[FALLBACK].get(key)
        if text is None:
            raise BrokenKnowledge(f"{self.root / FALLBACK}.yml has no `{key}`.")
        return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)


def check_care_texts(*texts: CareTexts) -> Iterator[Finding]:
    """The same keys with the same placeholders in every language of a folder."""
    for folder in texts:
        wanted = {key: _placeholders(text) for key, text in folder.texts[FALLBACK].items() if key != REVIEW}
        for language, said in folder.texts.items():
            path = folder.root / f"{language}.yml"
            for key in sorted(wanted.keys() ^ (said.keys() - {REVIEW})):
                yield Finding("error", path, 1, f"`{key}` is {'missing' if key in wanted else 'not in English'}")
            for key in sorted(wanted.keys() & said.keys()):
                if _placeholders(said[key]) != wanted[key]:
                    yield Finding("error", path, 1, f"`{key}` has other placeholders than English")


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


@cache
def care_texts() -> CareTexts:
    """What parents read about a talk with the team."""
    return CareTexts(ROOT / "care")


@cache
def desk_texts() -> CareTexts:
    """What carers read."""
    return CareTexts(ROOT / "desk")
