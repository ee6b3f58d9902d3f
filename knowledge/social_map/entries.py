"""Whether an entry serves a place, for whoever judges a decision record. Entries themselves: entry.py; finding them: search.py."""

from __future__ import annotations

from knowledge.places.gazetteer import Place
from knowledge.social_map.areas import narrowest, serves


def entry_serves(area: tuple[str, ...], place: Place) -> bool:
    """Whether an entry with these areas serves a place: the narrowest kind of area it names decides."""
    return serves(narrowest(list(area)), place)
