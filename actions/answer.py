"""Answers a question: confident -> the answer, unsure -> up to three topics, far off -> an honest no.

Owns the choice of topic; `follow_up` reads what leans on the talk before, `show` says how an answer looks.
"""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.follow_up import goes_on_unclearly, lean_on_topic, offered_topics, other_topics
from actions.privacy import offer_to_remember
from actions.show import show_short
from actions.turn import KiemAction, Turn

SECOND_QUESTION = 0.6  # how sure the classifier must be of each question in a message with several


class ActionAnswer(KiemAction):
    """The default: whatever no rule takes."""

    called = "action_answer"

    def act(self, turn: Turn) -> list[EventType]:
        return [*self._answer(turn), *offer_to_remember(turn)]

    def _answer(self, turn: Turn) -> list[EventType]:
        if turn.intent in turn.library.topics and not turn.ranking:
            return show_short(turn, turn.intent)  # a topic's button
        topics = _questions(turn)
        if len(topics) > 1:
            return _answer_each(turn, topics)
        leaning = lean_on_topic(turn)
        if leaning:
            return leaning
        if goes_on_unclearly(turn):
            return _offer(turn)
        if turn.intent == "out_of_scope" or (turn.verdict == "out" and not _may_be_urgent(turn)):
            return _decline(turn)
        if turn.verdict == "unsure" or turn.intent not in turn.library.topics:
            return _offer(turn)
        turn.decide(alternatives=other_topics(turn, turn.intent))
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


def _offer(turn: Turn) -> list[EventType]:
    offered = offered_topics(turn)
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
