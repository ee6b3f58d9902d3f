"""The texts of knowledge/checkin: questions, answers and closing words of the check-in in all languages.

Owns finding the text for a language and a partner, and checking that no key is missing; which question comes when is actions/checkin.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import BrokenKnowledge
from knowledge.files import ROOT, read_yaml
from knowledge.findings import Finding, line_of
from knowledge.library import FULL_LANGUAGES, Library
from knowledge.numbers_check import unknown_numbers
from knowledge.safety_check import flat
from knowledge.safety_texts import safety_texts

FOLDER = ROOT / "checkin"
MASTER = "en"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_DIGITS = re.compile(r"\d+")


class CheckinTexts:
    """All languages of knowledge/checkin, in memory."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.texts: dict[str, dict[str, Any]] = {path.stem: read_yaml(path) for path in sorted(folder.glob("??.yml"))}

    def say(self, section: str, key: str, language: str) -> str:
        """A text in a language, else in English, with the numbers filled in.

        Raises:
            BrokenKnowledge: English has no such text.
        """
        for written in dict.fromkeys((language, MASTER)):
            text = self.texts.get(written, {}).get(section, {}).get(key)
            if text:
                return _PLACEHOLDER.sub(lambda match: safety_texts().line(match[1], written), text)  # noqa: B023 - used at once
        raise BrokenKnowledge(f"knowledge/checkin/{MASTER}.yml: `{section}` has no `{key}`.")

    def question(self, step: str, language: str, *, partner: bool = False) -> str:
        """The question of a step, in the wording for a partner where there is one."""
        asked_of_partners = self.texts[MASTER]["partner"]
        return self.say("partner" if partner and step in asked_of_partners else "questions", step, language)

    def answer(self, step: str, answer: str, language: str) -> str:
        """The title of an answer: the step's own, else the one that several steps share."""
        own, often = f"{step}_{answer}", f"often_{answer}"
        known = self.texts[MASTER]["answers"]
        return self.say("answers", next(key for key in (own, answer, often) if key in known), language)


@cache
def checkin_texts() -> CheckinTexts:
    """The texts of this process, read once."""
    return CheckinTexts()


@cache
def _never() -> dict[str, list[str]]:
    return read_yaml(ROOT / "safety" / "never.yml")["phrases"]


def check_checkin_texts(library: Library, folder: Path = FOLDER) -> Iterator[Finding]:
    """Every language has the keys and {words} of the English file, and no number that is not ours."""
    texts = CheckinTexts(folder).texts
    wanted = dict(flat(texts[MASTER]))
    for language in library.languages:
        path = folder / f"{language}.yml"
        if language not in texts:
            level = "error" if language in FULL_LANGUAGES else "warning"
            yield Finding(level, folder / f"{MASTER}.yml", 1, f"checkin/{language}.yml is missing: people are asked in English")
            continue
        found = dict(flat(texts[language]))
        for key in wanted.keys() ^ found.keys():
            fault = "is missing" if key in wanted else f"is not a text of {MASTER}.yml"
            yield Finding("error", path, line_of(path, key.split(".")[-1]), f"the text {key} {fault}")
        for key in wanted.keys() & found.keys():
            yield from _check_text(library, path, key, wanted[key], found[key])
        if texts[language]["review"]["state"] != "reviewed":
            yield Finding("warning", path, 1, "not reviewed by a person of the field")


def _check_text(library: Library, path: Path, key: str, wanted: str, found: str) -> Iterator[Finding]:
    line = line_of(path, key.split(".")[-1])
    if set(_PLACEHOLDER.findall(wanted)) != set(_PLACEHOLDER.findall(found)):
        yield Finding("error", path, line, f"{key} must hold exactly the words {sorted(set(_PLACEHOLDER.findall(wanted)))}")
    if Counter(_DIGITS.findall(wanted)) != Counter(_DIGITS.findall(found)):
        yield Finding("error", path, line, f"{key}: the figures differ from the English text")
    for phrase in _never().get(path.stem, ()):
        if phrase in found.lower():
            yield Finding("error", path, line, f'{key}: "{phrase}" must never be said (safety/never.yml)')
    for number in unknown_numbers(library, found):
        yield Finding("error", path, line, f"{key}: {number} is not in numbers.yml")
