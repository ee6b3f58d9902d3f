"""Long messages in pieces: a danger at the end of a long story must be read as well as one at its start. Owns cutting only."""

from __future__ import annotations

import re

from bot.safety.words import sayable

WIDTH = 360  # characters: about what the encoder reads at once
OVERLAP = 60
MOST = 24  # pieces; of a longer text the first and the last are read
_SPACES = re.compile(r"\s+")


def split_windows(text: str) -> list[str]:
    """The pieces of a text, cut between words, each beginning a little before the last one ended."""
    whole = _SPACES.sub(" ", sayable(text)).strip()
    if len(whole) <= WIDTH:
        return [whole] if whole else []
    pieces, start = [], 0
    while start < len(whole):
        end = start + WIDTH
        if end < len(whole):
            space = whole.rfind(" ", start + WIDTH // 2, end)
            end = space if space > 0 else end
        pieces.append(whole[start:end].strip())
        if end >= len(whole):
            break
        start = end - OVERLAP
    return pieces if len(pieces) <= MOST else [*pieces[: MOST // 2], *pieces[-MOST // 2 :]]
