"""Long messages are read to the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.safety.windows import MOST, WIDTH, split_windows


def test_a_short_message_is_one_piece():
    assert split_windows("  ik  wil\nslapen ") == ["ik wil slapen"]
    assert split_windows(" \n") == []


def test_every_word_of_a_long_message_is_in_a_piece():
    words = [f"woord{number}" for number in range(400)]
    read = " ".join(split_windows(" ".join(words)))
    assert all(word in read for word in words)


def test_of_an_endless_message_start_and_end_are_read():
    pieces = split_windows("begin " + "bla " * 100_000 + "ik wil dood")
    assert len(pieces) == MOST
    assert pieces[0].startswith("begin")
    assert pieces[-1].endswith("ik wil dood")


@given(st.text(max_size=3000))
def test_any_text_is_cut_into_pieces_that_fit(text):
    pieces = split_windows(text)
    assert all(0 < len(piece) <= WIDTH for piece in pieces)
