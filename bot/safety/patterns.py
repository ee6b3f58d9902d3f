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
_DECIMAL = re.compile(r"\d+[.,]\d+")
_WORD = re.compile(r"[\w*~]+")
_STOPS = ("!", "?", ".", ";", ":", "\n")  # no pattern crosses them


@dataclass(frozen=True)
class Pattern:
    """`elements` for spaCy's Matcher, which of them are named words (a gap is not), and the choices of each word that must be there."""

    elements: tuple[dict[str, Any], ...]
    named: tuple[bool, ...]
    needs: tuple[tuple[str, ...], ...]


def read_pattern(written: str, breaks: frozenset[str]) -> Pattern:
    """Read one pattern; a gap skips neither a stop nor a word of `breaks`.

    Raises:
        BrokenKnowledge: the pattern has no word, or a gap that is too long.
    """
    elements: list[dict[str, Any]] = []
    named: list[bool] = []
    needs: list[tuple[str, ...]] = []
    for part in written.split():
        gap = _GAP.fullmatch(part)
        if gap is None:
            optional, words = _words(part)
            for choices in words:
                elements.append(_element(choices, optional))
                named.append(True)
                needs += [] if optional else [tuple(choices)]
            continue
        length = int(gap[1] or GAP)
        if length > LONGEST_GAP:
            raise BrokenKnowledge(f"the pattern {written!r} skips more than {LONGEST_GAP} words.")
        skipped = {"ORTH": {"NOT_IN": sorted({*_STOPS, *breaks})}, "OP": "?"}
        elements += [skipped] * length
        named += [False] * length
    if not needs:
        raise BrokenKnowledge(f"the pattern {written!r} names no word.")
    return Pattern(tuple(elements), tuple(named), tuple(needs))


def _words(part: str) -> tuple[bool, list[list[str]]]:
    """Whether a word may be missing, and its choices; a single word with an apostrophe or a hyphen is several."""
    optional = part.endswith("?") and len(part) > 1
    choices = [plain(choice) for choice in (part[:-1] if optional else part).split("|") if choice]
    if not choices:
        raise BrokenKnowledge(f"{part!r} names no word.")
    if len(choices) == 1 and _DECIMAL.fullmatch(choices[0]):
        whole, _, rest = choices[0].replace(",", ".").partition(".")
        return optional, [[whole], [",", "."], [rest]]
    if len(choices) == 1 and not _WORD.fullmatch(choices[0]):
        return optional, [[piece] for piece in _WORD.findall(choices[0]) or [choices[0]]]
    return optional, [[_last_piece(choice) for choice in choices]]


def _last_piece(choice: str) -> str:
    pieces = _WORD.findall(choice)
    return pieces[-1] if pieces else choice


def _element(choices: list[str], optional: bool) -> dict[str, Any]:
    if not any(mark in choice for choice in choices for mark in "*~"):
        element: dict[str, Any] = {"ORTH": {"IN": choices}} if len(choices) > 1 else {"ORTH": choices[0]}
    else:
        element = {"ORTH": {"REGEX": f"^(?:{'|'.join(map(expression, choices))})$"}}
    return element | {"OP": "?"} if optional else element


def expression(choice: str) -> str:
    """A choice such as "koort*" as a regular expression for a whole word."""
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
