"""Whether an entry serves a place, for whoever judges a decision record. Entries themselves: entry.py; finding them: search.py."""

from __future__ import annotations

from knowledge.places.gazetteer import Place
from knowledge.social_map.areas import serves


def entry_serves(area: tuple[str, ...], place: Place) -> bool:
    """Whether an entry that serves areas of these names serves a place."""
    return serves(area, place)
