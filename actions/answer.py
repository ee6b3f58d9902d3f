"""Answers a question: confident -> the answer, unsure -> up to three topics, far off -> an honest no.

Owns the choice of topic in the light of the conversation; `show` says how an answer looks.
"""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.checkin.inviting import ask_about_loss
from actions.privacy import offer_to_remember
from actions.show import show_part, show_short
from actions.turn import KiemAction, Turn

OFFERED = 3
SECOND_QUESTION = 0.6  # how sure the classifier must be of each question in a message with several
ELLIPTIC = 5  # words: up to here a message may lean on what was said before ("and at night?")
# How much likelier a short, uncertain message is about what we were talking about.
NEAR = {"same": 6.0, "see_also": 3.0, "group": 1.5}
LEANING = 0.6  # above this confidence a message stands on its own
ANSWER_LEANING = 0.3  # what a leaning message needs to be answered


class ActionAnswer(KiemAction):
    """The default: whatever no rule takes."""

    called = "action_answer"

    def act(self, turn: Turn) -> list[EventType]:
        events = self._answer(turn)
        return [*events, *(ask_about_loss(turn, turn.decision.topic or "") or offer_to_remember(turn))]

    def _answer(self, turn: Turn) -> list[EventType]:
        if turn.intent in turn.library.topics and not turn.ranking:
            return show_short(turn, turn.intent)  # a topic's button
        topics = _questions(turn)
        if len(topics) > 1:
            return _answer_each(turn, topics)
        leaning = _lean_on_topic(turn)
        if leaning:
            return leaning
        if turn.intent == "out_of_scope" or (turn.verdict == "out" and not _may_be_urgent(turn)):
            return _decline(turn)
        if turn.verdict == "unsure" or turn.intent not in turn.library.topics:
            return _offer(turn)
        turn.decide(alternatives=_others(turn, turn.intent))
        return show_short(turn, turn.intent)


def _may_be_urgent(turn: Turn) -> bool:
    """A warning sign can hide in a question about this topic: better an answer too many than a refusal."""
    topic = turn.library.topics.get(turn.intent)
    return topic is not None and topic.red_flag


def _questions(turn: Turn) -> list[str]:
    """The different topics of a message with several questions; one or none when it has a single one."""
    sure = [part["name"] for part in turn.parts if part["confidence"] >= SECOND_QUESTION and part["name"] in turn.library.topics]
    return list(dict.fromkeys(sure))[:2]


def _answer_each(turn: Turn, topics: list[str]) -> list[EventType]:
    turn.decide(topic=topics[0], alternatives=topics[1:])
    turn.say(turn.word("several"))
    events: list[EventType] = []
    for topic in topics:
        events = show_short(turn, topic, alone=False)
    return events


def _lean_on_topic(turn: Turn) -> list[EventType] | None:
    """Read a short, uncertain message as going on about the topic before."""
    before = turn.library.topics.get(turn.slot("topic") or "")
    if before is None or turn.confidence >= LEANING or len(turn.text.split()) > ELLIPTIC:
        return None
    weighed = {}
    for name, sure in turn.ranking:
        topic = turn.library.topics.get(name)
        if topic:
            near = "same" if name == before.id else "see_also" if name in before.see_also else "group"
            weighed[name] = sure * (NEAR[near] if near != "group" or topic.group == before.group else 1.0)
    total = sum(weighed.values())
    best = max(weighed, key=weighed.__getitem__, default=None)
    if best is None or turn.intent == "out_of_scope" or weighed[best] / total < ANSWER_LEANING:
        return None
    turn.decide(confidence=weighed[best] / total, alternatives=_others(turn, best))
    return show_part(turn, best, "more") if best == before.id else show_short(turn, best)


def _others(turn: Turn, topic: str) -> list[str]:
    return [name for name, _ in turn.ranking if name in turn.library.topics and name != topic][:OFFERED]


def _offer(turn: Turn) -> list[EventType]:
    offered = _others(turn, "")
    if not offered:
        return _decline(turn)
    turn.decide(alternatives=offered, behaviour=None)
    none_of_these = turn.button("unsure_none", "/none_fits")
    turn.say(turn.word("unsure"), [turn.topic_button(topic) for topic in offered] + [none_of_these])
    return []


def _decline(turn: Turn) -> list[EventType]:
    turn.decide(behaviour="out_of_scope")
    turn.say(turn.word("out_of_scope"), turn.menu())
    return [SlotSet("topic", None)]
