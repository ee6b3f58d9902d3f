"""The linter of the safety texts: same keys in all languages, only our numbers and few of them, and nothing a bot must never say.

Owns the rules that a machine can see (knowledge/safety/never.yml, the notes in knowledge/safety/en.yml); whether a text is good is for clinicians.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.errors import BrokenKnowledge
from knowledge.files import read_yaml
from knowledge.findings import Finding, line_of
from knowledge.library import FULL_LANGUAGES, Library
from knowledge.readability import readability
from knowledge.safety_texts import FALLBACK, LEVELS, SafetyTexts

MOST_NUMBERS = 3
LONGEST_SENTENCE = 12  # words
READABLE = 70.0  # aim of the plainest texts; below it, somebody should look
TIMES = ("when",)  # placeholders that are no number
PROSE = (*LEVELS, "third", "clarify", "team")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SENTENCE_END = re.compile(r"[.!?:;。؟۔]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]|\{\w+\}")
_TYPED_NUMBER = re.compile(r"\d{2,}")


def check_safety_texts(library: Library, root: Path | None = None) -> Iterator[Finding]:
    """All findings in a folder of safety texts."""
    try:
        texts = SafetyTexts(library, root)
    except BrokenKnowledge as error:
        yield Finding("error", library.root / "safety", 1, str(error))
        return
    never = read_yaml(texts.root / "never.yml")
    wanted = dict(flat(texts.texts[FALLBACK]))
    yield from _coverage(library, texts, wanted)
    for language in library.languages:
        if language not in texts.texts:
            level = "error" if language in FULL_LANGUAGES else "warning"
            yield Finding(level, texts.root / f"{FALLBACK}.yml", 1, f"safety/{language}.yml is missing: people read English in danger")
            continue
        yield from _keys(texts, language, wanted)
        for key, text in flat(texts.texts[language]):
            if key in wanted and key.split(".")[0] in PROSE:
                yield from _text(texts, language, key, text, never)


def flat(texts: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(dotted key, text) of a file, its review left out."""
    for key, value in texts.items():
        if isinstance(value, dict):
            if key != "review":
                yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def _coverage(library: Library, texts: SafetyTexts, wanted: dict[str, str]) -> Iterator[Finding]:
    """Every domain has a text of its own where a person must act; every level has a default."""
    path = texts.root / f"{FALLBACK}.yml"
    domains = library.taxonomy["signals"]["domains"]
    keys = [f"{level}.{domain}" for level in ("today", "soon") for domain in domains]
    keys += [f"{where}{level}.default" for where in ("", "third.") for level in LEVELS] + ["clarify.default"]
    for key in keys:
        if key not in wanted:
            yield Finding("error", path, 1, f"there is no text {key}")
    for key in wanted:
        section, domain = key.split(".")[0], key.split(".")[-1]
        if section in (*LEVELS, "third", "clarify") and domain not in (*domains, "default"):
            yield Finding("error", path, line_of(path, f"{domain}:"), f"{key}: {domain} is not a domain of taxonomy.yml")


def _keys(texts: SafetyTexts, language: str, wanted: dict[str, str]) -> Iterator[Finding]:
    path = texts.root / f"{language}.yml"
    got = dict(flat(texts.texts[language]))
    for key in wanted.keys() - got.keys():
        yield Finding("error", path, 1, f"the text {key} is missing")
    for key in got.keys() - wanted.keys():
        yield Finding("error", path, line_of(path, key.split(".")[-1]), f"{key} is not a text of {FALLBACK}.yml")
    for key in wanted.keys() & got.keys():
        if set(_PLACEHOLDER.findall(wanted[key])) != set(_PLACEHOLDER.findall(got[key])):
            words = sorted(set(_PLACEHOLDER.findall(wanted[key])))
            yield Finding("error", path, line_of(path, got[key][:20]), f"{key} must hold exactly the words {words}")


def _text(texts: SafetyTexts, language: str, key: str, text: str, never: dict[str, Any]) -> Iterator[Finding]:
    path = texts.root / f"{language}.yml"

    def found(level: str, message: str) -> Finding:
        return Finding(level, path, line_of(path, text.splitlines()[0][:40]), f"{key}: {message}")

    bare = _PLACEHOLDER.sub("", text)
    plain = bare.lower().replace("’", "'")
    banned = list(never["phrases"].get(language, ())) + list(never["method"].get(language, ()))
    if key.endswith(".violence"):
        banned += never["home"].get(language, ())
    for phrase in banned:
        if re.search(rf"(?<!\w){re.escape(phrase)}", plain):
            yield found("error", f"it says {phrase!r}, which no safety text may")
    if _TYPED_NUMBER.search(bare):
        yield found("error", "a number is typed: use a {word} of numbers.yml")
    yield from (found("error", problem) for problem in _numbers(texts, language, key, text))
    longest = max((len([word for word in part.split() if _WORD.search(word)]) for part in _SENTENCE_END.split(text)), default=0)
    if longest > LONGEST_SENTENCE:
        yield found("warning", f"a sentence of {longest} words, at most {LONGEST_SENTENCE}")
    score = readability(bare, language)
    if score is not None and len(text) > 80 and score < READABLE:
        yield found("warning", f"readability {score:.0f}, aim for {READABLE:.0f}")


def _numbers(texts: SafetyTexts, language: str, key: str, text: str) -> Iterator[str]:
    names = set(_PLACEHOLDER.findall(text)) - set(TIMES)
    unknown = {name for name in names if not _is_known(texts, name, language)}
    if unknown:
        yield f"{sorted(unknown)} stand for no line of numbers.yml"
        return
    shown = {line.number for name in names for line in texts.lines_of(name, language)}
    if len(shown) > MOST_NUMBERS:
        yield f"{len(shown)} numbers, at most {MOST_NUMBERS}"
    level, domain = key.split(".")[-2:] if "." in key else ("", "")
    if level == "emergency" and not names & {"112", "101"}:
        yield "an emergency text must name {112} or {101}"
    if level == "emergency" and domain in ("baby_red_flag", "substance_use", "medication_mental") and not names >= {"112", "poison"}:
        yield "it can be about poison: name {112} and {poison}"


def _is_known(texts: SafetyTexts, name: str, language: str) -> bool:
    try:
        texts.lines_of(name, language)
    except KeyError:
        return False
    return True
