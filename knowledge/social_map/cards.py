"""How an entry reads: a few lines made from its fields, in any language. Owns the layout of a card; which entries are shown is `search`.

`word(key, **values)` gives an interface text (knowledge/texts, map_*) in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from knowledge.places.gazetteer import Place
from knowledge.social_map.categories import categories
from knowledge.social_map.entry import DAYS, Entry
from knowledge.social_map.search import Found

Word = Callable[..., str]
RANGE = 3  # days in a row from which they are written as a range


def card(entry: Entry, language: str, word: Word) -> str:
    """Name, what it is and costs, how to reach it, and how far it has been checked; one detail per line."""
    what = [categories().name(entry.category, language), word(f"map_cost_{entry.cost}") if entry.cost not in ("", "free") else ""]
    free = word("map_free") if entry.is_free else ""
    how = word(f"map_referral_{entry.referral}") if entry.referral in ("doctor", "professional") else ""
    phones = " / ".join(entry.phones)
    hours = hours_text(entry, word) if entry.phones else ""
    spoken = word("map_speaks", languages=", ".join(entry.languages)) if len(entry.languages) > 2 else ""
    lines = [
        entry.name(language),
        " · ".join(part for part in (*what, free, how) if part),
        entry.description(language) if language in ("nl", "fr", "en") else "",
        f"{phones} ({hours})" if phones and hours else phones,
        entry.chat,
        entry.website if entry.website != entry.chat else "",
        entry.address,
        spoken,
        "" if entry.verified else word("map_unchecked"),
        word("map_assured", date=f"{entry.assured:%Y-%m}") if entry.assured else "",
    ]
    return "\n".join(line for line in lines if line)


def cards(found: Iterable[Found], language: str, word: Word, place: Place | None) -> str:
    """The message with all cards."""
    shown = list(found)
    instead = any(reason == "instead" for one in shown[:1] for reason, _ in one.because)
    intro = word("map_intro_place", place=place.called(language)) if place else word("map_intro")
    return "\n\n".join([word("map_instead") if instead else intro, *(card(one.entry, language, word) for one in shown)])


def as_data(found: Found, language: str) -> dict[str, Any]:
    """A card for a program that draws it: plain values, the reasons as data."""
    entry = found.entry
    return {
        "id": entry.id,
        "name": entry.name(language),
        "category": entry.category,
        "category_name": categories().name(entry.category, language),
        "description": entry.description(language) or entry.description("en"),
        "phones": [{"number": number, "tel": telephone(number)} for number in entry.phones],
        "chat": entry.chat,
        "website": entry.website,
        "hours": [list(times) for times in entry.hours],
        "cost": entry.cost,
        "languages": list(entry.languages),
        "areas": list(entry.areas),
        "verified": entry.verified,
        "assured": entry.assured.isoformat() if entry.assured else None,
        "because": [list(reason) for reason in found.because],
        "distance": round(found.distance, 1) if found.distance is not None else None,
    }


def what_to_say(category: str, language: str, word: Word, place: Place | None) -> str:
    """A sentence for the phone, in the reader's language and, where that is another, in one of the country."""
    what = categories().name(category, language).lower() if language != "de" else categories().name(category, language)
    return word("map_say", what=what, place=place.called(language)) if place else word("map_say_anywhere", what=what)


def telephone(number: str) -> str:
    """What a phone dials."""
    return "tel:" + re.sub(r"[^\d+]", "", number)


def hours_text(entry: Entry, word: Word) -> str:
    """Opening hours with the day names of the language; empty when they are not known."""
    if entry.is_always_open:
        return word("map_always")
    names = word("map_days").split()
    return ", ".join(f"{_days(days, names)} {opens}-{closes}" for days, opens, closes in entry.hours)


def _days(days: str, names: list[str]) -> str:
    places = [DAYS.index(day) for day in days.split(",") if day in DAYS]
    in_a_row = len(places) >= RANGE and places == list(range(places[0], places[-1] + 1))
    return f"{names[places[0]]}-{names[places[-1]]}" if in_a_row else ", ".join(names[place] for place in places)
