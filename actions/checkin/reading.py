"""Reads the answer to a question of the check-in, by button or in words. Owns what counts as an answer, a skip, a stop or something else."""

from __future__ import annotations

import re

from actions.checkin.talk import State
from actions.turn import Turn
from bot.checkin.steps import STEPS, TOPIC_OF, Step
from bot.signals.consent import says
from knowledge.checkin_texts import checkin_texts

SURE = 0.6  # how sure the classifier must be to read a message as something other than an answer
# What is answered by its own action; the form comes back afterwards.
OTHER_BUSINESS = (
    "ask_human", "change_language", "choose_language", "forget_me", "confirm_forget", "export_data", "confirm_export", "remember",
    "show_more", "repeat_simpler", "show_services", "show_region", "which_number", "feedback", "feedback_reason",
    "checkin_summary", "invite", "loss", "report_family",
)  # fmt: skip
SMALL_TALK = ("greet", "thanks", "help", "smalltalk")
_QUESTION = re.compile(r"[?？؟]")
_SIGNS = re.compile(r"[^\w]+")


def read(turn: Turn, step: Step, state: State) -> str | None:
    """What the message does: an answer of the step, "skip", "stop", "words" (noted, not an answer), "small_talk", "stale"; None for other
    business, which interrupts."""
    if turn.intent == "checkin":
        return _pressed(turn, step)
    if turn.intent in OTHER_BUSINESS and (not turn.typed or turn.confidence >= SURE):
        return None
    if turn.asked() and turn.intent in ("affirm", "deny"):
        return None  # the answer to "may I remember this?", not to us
    if not turn.typed:
        return "stale" if turn.intent not in turn.library.topics else None
    return _said(turn, step) or _otherwise(turn, step)


def _pressed(turn: Turn, step: Step) -> str:
    answer = turn.entity("answer")
    is_ours = turn.entity("step") == step.id and (answer in step.answers or answer in ("skip", "stop", "done"))
    return answer if is_ours else "stale"


def _said(turn: Turn, step: Step) -> str | None:
    """The answer that words give: the title of a button, a yes or a no, to skip, to stop."""
    said = _plain(turn.text)
    known = [*step.answers, "skip", "stop", *(("done",) if step.many else ())]
    titles = {_plain(checkin_texts().answer(step.id, answer, turn.language)): answer for answer in known}
    if said in titles:
        return titles[said]
    if turn.intent in ("stop", "goodbye") and turn.confidence >= SURE:
        return "stop"
    for word, intent in (("yes", "affirm"), ("no", "deny")):
        if says(turn.text, word, turn.language) or (turn.intent == intent and turn.confidence >= SURE and not _QUESTION.search(turn.text)):
            return _as_answer(step, word)
    return None


def _as_answer(step: Step, word: str) -> str | None:
    """A yes or no where the question takes one; "no" to the worries is none of them, or no more."""
    if step.many:
        return "nothing" if word == "no" else None
    return word if word in step.answers else None


def _otherwise(turn: Turn, step: Step) -> str | None:
    """A question interrupts; what else somebody writes are their own words."""
    if turn.intent in SMALL_TALK and turn.confidence >= SURE:
        return "small_talk"
    if _QUESTION.search(turn.text):
        return None
    is_topic = turn.intent in turn.library.topics and turn.verdict == "answer" and turn.confidence >= SURE
    if step.many and is_topic:
        about = next((worry for worry, topic in TOPIC_OF.items() if topic == turn.intent), None)
        return about or "other"
    return None if is_topic and not step.open and step.id != "gut" else "words"


def _plain(title: str) -> str:
    return _SIGNS.sub(" ", title).strip().casefold()


def step_of(slot: str | None) -> Step | None:
    """The step whose slot is asked for."""
    return STEPS.get((slot or "").removeprefix("checkin_"))
