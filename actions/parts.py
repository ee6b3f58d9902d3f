"""Follow-ups to an answer: more, simpler, another region, who can help, which number."""

from __future__ import annotations

import re

from rasa_sdk.events import EventType, SlotSet

from actions.show import show_part, show_region
from actions.turn import KiemAction, Turn
from knowledge.library import REGIONS
from knowledge.social_map.entries import entries


def topic_of(turn: Turn) -> str | None:
    """The topic a button names, else the one we talk about."""
    topic = turn.entity("topic") or turn.slot("topic")
    return topic if topic in turn.library.topics else None


def _likeliest(turn: Turn) -> str | None:
    """The topic that a message with words of its own is most about."""
    return next((name for name, _ in turn.ranking if name in turn.library.topics), None)


class ActionMore(KiemAction):
    """The longer text."""

    called = "action_more"
    part = "more"

    def act(self, turn: Turn) -> list[EventType]:
        topic = topic_of(turn)
        if topic is None:
            turn.say(turn.word("no_topic"), turn.menu())
            return []
        return show_part(turn, topic, self.part)


class ActionSimpler(ActionMore):
    """The same in very plain words."""

    called = "action_simpler"
    part = "simple"


class ActionRegion(KiemAction):
    """What holds in the region of the button."""

    called = "action_region"

    def act(self, turn: Turn) -> list[EventType]:
        topic, region = topic_of(turn), turn.entity("region")
        if topic is None or region not in REGIONS:
            turn.say(turn.word("dont_understand_button"), turn.menu())
            return []
        return show_region(turn, topic, region)


class ActionServices(KiemAction):
    """Entries of the social map that fit the topic, nearest first."""

    called = "action_services"

    def act(self, turn: Turn) -> list[EventType]:
        topic = topic_of(turn) or _likeliest(turn)
        if topic is None:
            turn.say(turn.word("no_topic"), turn.menu())
            return []
        place = turn.entity("place") or turn.slot("place")
        found = entries().find(turn.library.topics[topic].services, place=place, region=turn.slot("region"))
        turn.decide(topic=topic, services=[entry.as_record() for entry in found])
        if not found:
            turn.say(turn.word("services_none"), turn.menu())
            return [SlotSet("topic", topic)]
        cards = "\n\n".join(entry.card(turn.language) for entry in found)
        turn.say(f"{turn.word('services_intro')}\n\n{cards}", [turn.button("menu_human", "/ask_human")])
        return [SlotSet("topic", topic)]


class ActionWhichNumber(KiemAction):
    """The numbers that the answer before named, else the lines for anybody."""

    called = "action_which_number"

    def act(self, turn: Turn) -> list[EventType]:
        topic = topic_of(turn)
        answer = turn.library.answer(topic, turn.language) if topic else None
        said = " ".join([answer.short, answer.more, *answer.steps, answer.simple, *answer.regions.values()]) if answer else ""
        lines = [line for line in turn.library.lines.values() if re.search(rf"(?<!\d){re.escape(line.number)}(?!\d)", said)]
        text = "\n".join(f"{line.number}: {line.about.get(turn.language) or line.about['en']} ({line.hours})" for line in lines)
        turn.decide(topic=topic)
        turn.say(text or f"{turn.word('numbers')}\n{turn.library.help_text(turn.language)}", turn.menu())
        return []
