"""Words as the lexicon sees them: case, accents, apostrophes and drawn-out letters do not matter. Owns normalising; no rules."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_PIECES = re.compile(r"\w+|[^\w\s]|\n")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_ONE_FORM = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ئ": "ي", "ؤ": "و"}
    | {"ک": "ك", "ګ": "گ", "ة": "ه", "ۀ": "ه", "ہ": "ه"}
    | {"ـ": "", "\u200c": " ", "\u200d": "", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"}
)


def sayable(text: str) -> str:
    """The text with a lone half of a surrogate pair as "?": neither the encoder nor spaCy takes one."""
    return text.encode("utf-8", "replace").decode()


def plain(text: str) -> str:
    """The text in lower case without accents, apostrophes (a space) and letters typed three times or more (twice)."""
    spaced = _APOSTROPHES.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(letter for letter in unicodedata.normalize("NFD", spaced) if not unicodedata.combining(letter))
    return _DRAWN_OUT.sub(r"\1\1", unicodedata.normalize("NFC", bare).translate(_ONE_FORM))


def split_words(text: str) -> list[str]:
    """The words and marks of a text, plain, in order."""
    return _PIECES.findall(plain(sayable(text)))
