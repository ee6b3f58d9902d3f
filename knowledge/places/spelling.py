"""How names are compared: folding, saints, and the endings and prefixes that languages put on a name. Owns no places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u0640]")
_GAPS = re.compile(r"[\s\-‐‑–.'’ʼ`/]+")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ئ": "ي", "ک": "ك", "ګ": "گ", "ة": "ه"})
_SAINTS = {"st": "sint", "ste": "sainte", "skt": "sankt"}
# Taken off the end of a Latin name: Turkish places, Albanian and Romanian articles, Polish and Somali cases. Longest first.
_SUFFIXES = (
    *("ndaki", "ndeki", "daki", "deki", "taki", "teki", "ndan", "nden", "dan", "den", "tan", "ten", "nda", "nde", "da", "de", "ta", "te"),
    *("ya", "ye", "ska", "ulu", "ului", "ul", "it", "in", "ut", "es", "ie", "ii", "iu", "em", "ka", "ga", "ku"),
    *("i", "y", "e", "a", "u", "ę", "ą", "ë", "s"),
)
_LOCATIVES = ("daki", "deki", "dan", "den", "tan", "ten", "da", "de", "ta", "te")
_AFTER_AN_APOSTROPHE = {*_LOCATIVES, "e", "a", "ye", "ya", "i", "in", "nin", "li", "ka", "da"}
_CYRILLIC = ("ами", "ах", "ом", "ем", "ою", "ею", "ой", "ей", "ия", "ии", "ії", "ию", "ю", "я", "а", "е", "у", "и", "і", "ы", "ь")
_PREFIXES = ("وبال", "بال", "ال", "ب", "ل", "و", "ف")  # Arabic: in, to, and, the
SHORTEST = 4  # letters that must be left
LONG_ENOUGH = 5  # letters from which a Latin name loses its last vowel


def fold(name: str) -> str:
    """A name as it is compared: lower case, no accents, one space for hyphens and apostrophes, saints in full."""
    # й and ї are letters, not accents
    kept = name.casefold().replace("й", "\0").replace("ї", "\1")
    plain = _MARKS.sub("", unicodedata.normalize("NFD", kept)).replace("\0", "й").replace("\1", "ї").replace("ё", "е").translate(_ARABIC)
    words = _GAPS.sub(" ", unicodedata.normalize("NFC", plain)).split()
    return " ".join(_SAINTS.get(word, word) for word in words)


def inflections(key: str) -> Iterator[str]:
    """Folded forms that a folded word may be an inflection of, likeliest first. Of several words only those of other scripts are inflected."""
    if " " in key and key.isascii():
        return
    yield key
    for prefix in _PREFIXES:
        if key.startswith(prefix) and len(key) - len(prefix) >= SHORTEST - 1:
            yield key[len(prefix) :]
    cyrillic = _is_cyrillic(key)
    for suffix in _CYRILLIC if cyrillic else _SUFFIXES:
        if key.endswith(suffix) and len(key) - len(suffix) >= SHORTEST - (1 if cyrillic else 0):
            yield key[: -len(suffix)]


def locatives(key: str) -> Iterator[str]:
    """A folded word without the Turkish suffix of a place ("beringende"): these go onto any name."""
    head, _, tail = key.rpartition(" ")
    if head and " " not in head and tail in _AFTER_AN_APOSTROPHE:
        yield head
    for suffix in _LOCATIVES:
        if key.endswith(suffix) and len(key) - len(suffix) > SHORTEST:
            yield key[: -len(suffix)]


def known_forms(names: Mapping[Any, Iterable[Any]]) -> dict[str, str]:
    """Postcode by folded name and by the name without its last vowel, for the names that people inflect ("Gandaw-a", "Остенд-е")."""
    forms: dict[str, str] = {}
    for postcode, group in names.items():
        for name in group:
            key = fold(str(name))
            stem = key[:-1] if (len(key) > LONG_ENOUGH and key[-1] == "a") or (_is_cyrillic(key) and key[-1] in "аеиіяь") else key
            for form in (key, stem):
                if len(form) >= SHORTEST - 1:
                    forms.setdefault(form, str(postcode))
    return forms


def _is_cyrillic(key: str) -> bool:
    return bool(key) and ("а" <= key[-1] <= "я" or key[-1] in "іїє")
