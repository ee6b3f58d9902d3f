"""The little language of the lexicon's patterns (knowledge/signals/README.md), as patterns of spaCy's Matcher. Owns its grammar only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.errors import BrokenKnowledge
from bot.safety.words import plain

GAP = 3  # words that `..` may skip
LONGEST_GAP = 12
SHORTEST_FUZZY = 5  # letters: a shorter word with a typing error is another word
_GAP = re.compile(r"\.\.(\d*)")
_STOPS = ("!", "?", ".", ";", ":", "\n")  # no pattern crosses them


@dataclass(frozen=True)
class Pattern:
    """`elements` for spaCy's Matcher, and which of them are named words (a gap is not)."""

    elements: tuple[dict[str, Any], ...]
    named: tuple[bool, ...]


def read_pattern(written: str, breaks: frozenset[str]) -> Pattern:
    """Read one pattern; a gap skips neither a stop nor a word of `breaks`.

    Raises:
        BrokenKnowledge: the pattern has no word, or a gap that is too long.
    """
    elements: list[dict[str, Any]] = []
    named: list[bool] = []
    for part in written.split():
        gap = _GAP.fullmatch(part)
        if gap is None:
            for element in _word(part):
                elements.append(element)
                named.append(True)
            continue
        length = int(gap[1] or GAP)
        if length > LONGEST_GAP:
            raise BrokenKnowledge(f"the pattern {written!r} skips more than {LONGEST_GAP} words.")
        skipped = {"ORTH": {"NOT_IN": sorted({*_STOPS, *breaks})}, "OP": "?"}
        elements += [skipped] * length
        named += [False] * length
    if not any(named):
        raise BrokenKnowledge(f"the pattern {written!r} names no word.")
    return Pattern(tuple(elements), tuple(named))


def _word(part: str) -> list[dict[str, Any]]:
    """One word with its choices, or the words of one that is written with an apostrophe or a hyphen."""
    optional = part.endswith("?") and len(part) > 1
    choices = [plain(choice) for choice in part.removesuffix("?").split("|") if choice]
    if len(choices) == 1 and not re.fullmatch(r"[\w*~]+", choices[0]):
        return [_one([piece], optional) for piece in re.findall(r"[\w*~]+", choices[0])]
    return [_one([_last_piece(choice) for choice in choices], optional)]


def _last_piece(choice: str) -> str:
    pieces = re.findall(r"[\w*~]+", choice)
    return pieces[-1] if pieces else choice


def _one(choices: list[str], optional: bool) -> dict[str, Any]:
    if not any(mark in choice for choice in choices for mark in "*~"):
        element: dict[str, Any] = {"ORTH": {"IN": choices}} if len(choices) > 1 else {"ORTH": choices[0]}
    else:
        element = {"ORTH": {"REGEX": f"^(?:{'|'.join(map(_expression, choices))})$"}}
    return element | {"OP": "?"} if optional else element


def _expression(choice: str) -> str:
    if choice.endswith("~"):
        return _one_error(choice[:-1])
    return r"\w*".join(map(re.escape, choice.split("*")))


def _one_error(word: str) -> str:
    """The word, or the word with one letter wrong, missing, added or swapped with the next."""
    if len(word) < SHORTEST_FUZZY:
        return re.escape(word)
    forms = [word]
    for at in range(1, len(word)):
        head, tail = word[:at], word[at:]
        forms += [f"{head}.{tail[1:]}", f"{head}{tail[1:]}", f"{head}.{tail}"]
        if len(tail) > 1:
            forms.append(f"{head}{tail[1]}{tail[0]}{tail[2:]}")
    return "|".join(dict.fromkeys(forms))
