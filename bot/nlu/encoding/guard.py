"""Makes any text safe to tokenise. Owns what happens to a text before anything else; knows nothing of encoders.

Regular for people too: the same sentence typed on two keyboards gives the same cleaned text, which is the cache key.
"""

from __future__ import annotations

import unicodedata

MAX_CHARACTERS = 512  # enough for a chat message; the encoders see at most 512 tokens anyway

# NFKC is slow on long runs of combining marks and turns one U+FDFA into 18 characters: cut before it as well as after.
_MAX_RAW = 4 * MAX_CHARACTERS

_ZWNJ = "\u200c"  # part of the spelling of Persian
_ZWSP = "\u200b"  # a word boundary
_DROPPED = {"Cc", "Cf"}  # NUL, bidi overrides, soft hyphens, tags


def clean(text: str) -> str:
    """Return `text` in NFKC, at most 512 characters, without control and format characters, with single spaces.

    Lone surrogates become U+FFFD; ZWNJ stays, as Persian needs it. Never raises; cleaning twice changes nothing.
    """
    text = "".join(map(_visible, text[:_MAX_RAW]))
    return _fold(_fold(unicodedata.normalize("NFKC", text))[:MAX_CHARACTERS])


def _visible(character: str) -> str:
    if character.isspace() or character == _ZWSP:
        return " "
    category = unicodedata.category(character)
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    if category in _DROPPED and character != _ZWNJ:
        return ""
    return character


def _fold(text: str) -> str:
    return " ".join(text.split()).strip(f" {_ZWNJ}")
