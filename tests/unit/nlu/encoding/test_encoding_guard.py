"""`clean` makes any text safe, quickly, and keeps what matters."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.encoding import MAX_CHARACTERS, clean

ANY_TEXT = st.text(st.characters(codec=None), max_size=700)  # lone surrogates too


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  koorts \t en\r\n hoesten ", "koorts en hoesten"),
        ("ﬁèvre ４０", "fièvre 40"),
        ("koorts\0en", "koortsen"),
        ("\u202ekoorts\u202c", "koorts"),
        ("ko\u00adorts", "koorts"),
        ("koorts\u200bhoesten", "koorts hoesten"),
        ("نمی\u200cخوابد", "نمی\u200cخوابد"),
        ("e\u200d\u0301", "é"),
        ("a\ud83db", "a\ufffdb"),
        ("\u200c \u200c", ""),
        ("", ""),
    ],
)
def test_keeps_the_words(raw, expected):
    assert clean(raw) == expected


@pytest.mark.parametrize("character", ["a", "\ufdfa", "\u0301", "\u0315\u0300", "\u202e", "😭"])
def test_a_huge_text_costs_nothing(character):
    started = time.perf_counter()
    assert len(clean(character * 1_000_000)) <= MAX_CHARACTERS
    assert time.perf_counter() - started < 0.5


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_any_text(raw):
    cleaned = clean(raw)
    assert len(cleaned) <= MAX_CHARACTERS
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFKC", cleaned)
    assert "  " not in cleaned
    assert not {"Cc", "Cf", "Cs"} & {unicodedata.category(c) for c in cleaned if c != "\u200c"}
    cleaned.encode()
