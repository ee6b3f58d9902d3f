"""Services to turn to, in the chat: finding the few that fit the message, showing their cards, and the next ones.

Owns the search of one conversation (what was looked for, what was shown already); ranking is `knowledge.social_map`.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import EventType, SlotSet

from actions.turn import Button, KiemAction, Turn
from bot.nlu.encoding import clean, shared_encoder
from bot.runtime import social_map
from bot.settings import current
from knowledge.places.gazetteer import Place, gazetteer
from knowledge.social_map import gaps
from knowledge.social_map.cards import as_data, cards, what_to_say
from knowledge.social_map.categories import categories
from knowledge.social_map.search import Found

EXPLICIT = 0.5  # share of searching from which the cards come before the answer
LEAST_WEIGHT = 0.05  # of a category that is worth a card
NEXT_DOOR = 0.12  # of what may help as well: the third card, where one kind would have all three
JUST_A_PLACE = 3  # words: up to here a message with a place answers "where do you live?"


def place_of(turn: Turn) -> Place | None:
    """The place of the message, else the one the conversation knows."""
    return gazetteer().find(turn.entity("place") or turn.slot("place"))


def find_services(turn: Turn) -> list[Found]:
    """What fits this message; nothing when it asks for no service."""
    if not turn.services.get("wanted"):
        return []
    kept = kinds_of(turn)
    likeliest = max(kept, key=kept.__getitem__, default="")
    for door in categories().near.get(likeliest, ())[:1]:
        kept.setdefault(door, NEXT_DOOR)
    return _search(turn, kept, vector=_meaning(turn.text))


def kinds_of(turn: Turn) -> dict[str, float]:
    """The kinds of service this message may be after, with their weights, the likeliest first."""
    weights = turn.services.get("categories") or {}
    return {name: weight for name, weight in sorted(weights.items(), key=lambda item: -item[1]) if weight >= LEAST_WEIGHT}


def is_explicit(turn: Turn) -> bool:
    """Whether the message is a search first of all."""
    names_a_door = turn.services.get("asks") or turn.entity("place") or turn.metadata.get("role") == "professional"
    return bool(names_a_door) and turn.services.get("searching", 0.0) >= EXPLICIT


def records(turn: Turn, found: list[Found]) -> list[dict[str, Any]]:
    """The entries as the decision record names them."""
    place = place_of(turn)
    return [one.entry.as_record(_served(one, place)) for one in found]


def show_cards(turn: Turn, found: list[Found], kinds: list[str]) -> list[EventType]:
    """Say the cards; the search is kept for "something else" and "what do I say?"."""
    place = place_of(turn)
    near = "" if place else f"\n\n{turn.word('map_ask_place')}"
    data = {"cards": [as_data(one, turn.language) for one in found]}
    turn.say(cards(found, turn.language, turn.word, place) + near, _buttons(turn), data)
    shown = [one.entry.id for one in found]
    social_map().count(dict.fromkeys(shown, "shown"))
    return [
        SlotSet("search", {"categories": kinds, "text": turn.text if not turn.text.startswith("/") else ""}),
        SlotSet("shown_services", shown),
    ]


def go_on_searching(turn: Turn) -> list[EventType] | None:
    """A message that is only a place answers "where do you live?": search again from there."""
    search = turn.slot("search")
    if not search or not turn.entity("place") or len(turn.text.split()) > JUST_A_PLACE:
        return None
    found = search_by(turn, search["categories"])
    turn.decide(services=records(turn, found), behaviour=None)
    return show_cards(turn, found, search["categories"])


class ActionNextServices(KiemAction):
    """Other entries for the same search."""

    called = "action_next_services"

    def act(self, turn: Turn) -> list[EventType]:
        search, shown = turn.slot("search"), turn.slot("shown_services") or []
        if not search:
            turn.say(turn.word("no_topic"), turn.menu())
            return []
        found = [one for one in search_by(turn, search["categories"], skip=shown) if ("instead", "") not in one.because]
        turn.decide(services=records(turn, found))
        if not found:
            turn.say(turn.word("map_no_more"), turn.menu())
            return []
        events = show_cards(turn, found, search["categories"])
        return [*events[:-1], SlotSet("shown_services", shown + [one.entry.id for one in found])]


class ActionWhatToSay(KiemAction):
    """A sentence for the phone call."""

    called = "action_what_to_say"

    def act(self, turn: Turn) -> list[EventType]:
        search = turn.slot("search")
        if not search:
            turn.say(turn.word("no_topic"), turn.menu())
            return []
        turn.say(what_to_say(search["categories"][0], turn.language, turn.word, place_of(turn)))
        return []


def search_by(turn: Turn, kinds: list[str], **more: Any) -> list[Found]:
    """The entries of these categories, best first, that fit the person."""
    return _search(turn, {name: 1.0 / (1 + order) for order, name in enumerate(kinds)}, **more)


def _search(turn: Turn, weights: dict[str, float], **more: Any) -> list[Found]:
    place, role = place_of(turn), turn.metadata.get("role", "parent")
    found = social_map().search(
        turn.text if not turn.text.startswith("/") else "",
        weights,
        place=place,
        region=turn.slot("region"),
        language=turn.language,
        audience="professional" if role == "professional" else None,
        **more,
    )
    gaps.count(social_map().engine, list(weights)[:1], turn.language, place, found)
    return found


def _meaning(text: str) -> Any:
    """The vector of the message; the encoder remembers it from the reading."""
    settings = current()
    return shared_encoder(settings.cache, settings.encoder, settings.encoder_threads).encode([clean(text)])[0]


def _served(one: Found, place: Place | None) -> str:
    return place.postcode if place and ("instead", "") not in one.because else ""


def _buttons(turn: Turn) -> list[Button]:
    return [
        turn.button("map_say_button", "/what_to_say"),
        turn.button("map_next", "/next_services"),
        turn.button("menu_human", "/ask_human"),
    ]
