"""A short answer in a supported language says what its English source says: figures, numbers, names, emergency instructions.

Owns that comparison. Whether a translation reads well is for native speakers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from knowledge.files import line_at, read_yaml
from knowledge.findings import Finding
from knowledge.library import FULL_LANGUAGES, TRANSLATIONS, Library, Topic

WORDS = "emergency_words.yml"
SOURCE = "en"
# Names that stand on a Belgian door or letter: a parent must be able to recognise them, whatever the script.
NAMES = ("OCMW", "CPAS", "Kind en Gezin", "ONE", "Kaleido", "Fedasil", "Huis van het Kind", "Lokaal Loket Kinderopvang")
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"(?<=[.?!؟۔])\s+")


class Instruction(NamedTuple):
    """What one sentence tells somebody to do in need."""

    when: tuple[str, ...]  # "now", "today"
    who: tuple[str, ...]  # "doctor", "midwife", "hospital"
    numbers: tuple[str, ...]


def check_translations(library: Library) -> Iterator[Finding]:
    """Missing files, missing answers of often asked topics, and each difference from the English text."""
    for language in library.languages[len(FULL_LANGUAGES) :]:
        path = library.root / "topics" / TRANSLATIONS / f"{language}.yml"
        if not path.exists():
            yield Finding("warning", library.root / "taxonomy.yml", 1, f"topics/{TRANSLATIONS}/{language}.yml is missing")
            continue
        if language not in read_yaml(library.root / WORDS):
            yield Finding("error", library.root / WORDS, 1, f"no words of {language}: its emergency instructions cannot be compared")
            continue
        for topic in library.topics.values():
            if language in topic.answers:
                line = line_at(path, "topics", topic.id, "short")
                yield from (Finding("error", path, line, f"{topic.id}: {problem}") for problem in differences(library, topic, language))
            elif topic.id in library.most_asked:
                yield Finding("warning", path, 1, f"{topic.id} is often asked and has no short answer in {language}")


def differences(library: Library, topic: Topic, language: str) -> Iterator[str]:
    """In words, where the short answer in a language says something else than the English one."""
    source, text = topic.answers[SOURCE].short, topic.answers[language].short
    wanted, got = Counter(_DIGITS.findall(source)), Counter(_DIGITS.findall(text))
    if wanted != got:
        yield f"the figures differ from the English text: {sorted((wanted - got) + (got - wanted))}"
    for name in NAMES:
        if _holds(name, source) and not _holds(name, text):
            yield f"the name {name} of the English text is missing"
    here, there = Counter(instructions(library, source, SOURCE)), Counter(instructions(library, text, language))
    if here != there:
        yield f"the emergency instructions differ: {_shown(here - there)} in English, {_shown(there - here)} here"
    if here and urgency(library, source, SOURCE) != urgency(library, text, language):
        yield "it says 'now' more or less often than the English text"


def instructions(library: Library, text: str, language: str) -> list[Instruction]:
    """The emergency instructions of a text, in order: a sentence that names a help line, or says when to turn to whom."""
    words = _words(library.root, language)
    found = []
    for sentence in _SENTENCE_END.split(text):
        when, who = (tuple(name for name in names if words[name].search(sentence)) for names in (("now", "today"), ("doctor", "midwife", "hospital")))
        numbers = tuple(sorted(line.number for line in library.lines.values() if re.search(rf"(?<!\d){re.escape(line.number)}(?!\d)", sentence)))
        if numbers or (when and who):
            found.append(Instruction(when, who, numbers))
    return found


def urgency(library: Library, text: str, language: str) -> int:
    """How often a text says "now"."""
    return len(_words(library.root, language)["now"].findall(text))


def _holds(name: str, text: str) -> bool:
    return re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", text) is not None


def _shown(instructions: Counter[Instruction]) -> str:
    return "; ".join(" ".join((*each.when, *each.who, *each.numbers)) for each in instructions) or "nothing more"


@cache
def _words(root: Path, language: str) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(rf"(?<!\w)(?:{pattern})", re.I) for name, pattern in read_yaml(root / WORDS)[language].items()}
