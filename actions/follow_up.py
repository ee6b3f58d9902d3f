"""Short messages that lean on what was said before ("and at night?", "and in Brussels?"). Owns what they are taken to mean.

A message that stands on its own is not touched: `answer` reads it by itself.
"""

from __future__ import annotations

import unicodedata

from rasa_sdk.events import EventType

from actions.show import show_part, show_region, show_short
from actions.turn import Turn
from knowledge.library import REGIONS, Topic

OFFERED = 3
ELLIPTIC = 5  # words: up to here a message may lean on what was said before
UNCLEAR = "unclear"  # the intent of a message that only the conversation before it explains
LEANING = 0.6  # above this confidence a message stands on its own
ANSWER_LEANING = 0.35  # what a leaning message needs to be answered, of all it may mean
LEAST = 0.1  # and of the words alone: below it any reading is a guess
# How much likelier a short, uncertain message is about what we were talking about, and how much less about something else.
NEAR = {"same": 6.0, "earlier": 4.0, "group": 3.0, "see_also": 2.0, "elsewhere": 1.0, "behaviour": 0.5, "bot": 0.3}
OTHER_PHASE = 0.5  # a talk about a newborn does not go on about a toddler


def lean_on_topic(turn: Turn) -> list[EventType] | None:
    """Read a short, uncertain message as going on about the talk before it; None when it stands on its own or says too little."""
    before = turn.library.topics.get(turn.slot("topic") or "")
    if before is None or turn.confidence >= LEANING or len(turn.text.split()) > ELLIPTIC:
        return None
    region = region_of_topic(turn)
    if region is not None:
        return region
    likely = _weigh(turn, before)
    best = max((name for name in likely if name in turn.library.topics), key=likely.__getitem__, default=None)
    if best is None or _is_outside(turn) or dict(turn.ranking)[best] < LEAST:
        return None
    share = likely[best] / sum(likely.values())
    if share < ANSWER_LEANING:
        return None
    turn.decide(confidence=share, alternatives=other_topics(turn, best))
    return show_part(turn, best, "more") if best == before.id else show_short(turn, best)


def region_of_topic(turn: Turn) -> list[EventType] | None:
    """What holds, for the topic before, in the region that a short message names; None when it names none or the topic has nothing on it."""
    before = turn.library.topics.get(turn.slot("topic") or "")
    region = _region_named(turn) if before and turn.ranking and len(turn.text.split()) <= ELLIPTIC else None
    if region is None or region not in _paragraphs(turn, before):
        return None
    turn.decide(behaviour=None, confidence=LEANING)
    return show_region(turn, before.id, region)


def goes_on_unclearly(turn: Turn) -> bool:
    """Whether it leans on the talk before it without saying enough to be answered: then we ask, and do not refuse."""
    return turn.intent == UNCLEAR and turn.slot("topic") in turn.library.topics and not _is_outside(turn)


def _is_outside(turn: Turn) -> bool:
    return not turn.ranking or turn.ranking[0][0] == "out_of_scope"


def _weigh(turn: Turn, before: Topic) -> dict[str, float]:
    """Every reading of the message, what is near to the talk weighing more."""
    earlier = earlier_topics(turn)
    return {name: sure * _nearness(turn, before, earlier, name) for name, sure in turn.ranking}


def _nearness(turn: Turn, before: Topic, earlier: list[str], name: str) -> float:
    topic = turn.library.topics.get(name)
    if topic is None:
        return NEAR["behaviour"]
    if name == before.id or name in earlier:
        return NEAR["same" if name == before.id else "earlier"]
    if topic.group == "bot":
        return NEAR["bot"]
    near = "group" if topic.group == before.group else "see_also" if name in before.see_also else "elsewhere"
    return NEAR[near] * (1.0 if _share_a_phase(topic, before) else OTHER_PHASE)


def _share_a_phase(one: Topic, other: Topic) -> bool:
    return "any" in (*one.phases, *other.phases) or bool({*one.phases} & {*other.phases})


def earlier_topics(turn: Turn) -> list[str]:
    """The topics of this talk, the latest first."""
    values = [event["value"] for event in reversed(turn.tracker.events) if event["event"] == "slot" and event["name"] == "topic"]
    return [name for name in dict.fromkeys(values) if name in turn.library.topics]


def other_topics(turn: Turn, topic: str) -> list[str]:
    """What the message may be about as well, likeliest first."""
    return [name for name, _ in turn.ranking if name in turn.library.topics and name != topic][:OFFERED]


def offered_topics(turn: Turn) -> list[str]:
    """What to offer when it is unclear: what we were talking about comes first where the message leans on it."""
    if not goes_on_unclearly(turn):
        return other_topics(turn, "")
    before = turn.library.topics[turn.slot("topic")]
    likely = _weigh(turn, before)
    readings = sorted((name for name in likely if name in turn.library.topics), key=likely.__getitem__, reverse=True)
    return list(dict.fromkeys([before.id, *readings]))[:OFFERED]


def _paragraphs(turn: Turn, topic: Topic) -> dict[str, str]:
    answer = topic.answers.get(turn.language)
    return answer.regions if answer else {}


def _region_named(turn: Turn) -> str | None:
    """The region that the message names, by its own name or by that of a place in it."""
    said = _plain(turn.text)
    for region in REGIONS:
        names = (texts.get(f"region_{region}") for texts in turn.library.texts.values())
        if any(name and _plain(name) in said for name in names):
            return region
    return turn.entity("region")


def _plain(text: str) -> str:
    """Lower case without accents: "Wallonië" and "wallonie" are one name."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in parts if not unicodedata.combining(character))
