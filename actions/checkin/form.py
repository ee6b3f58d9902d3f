"""The form at work: takes the answer, asks the next question, ends. One action does both, so that thanks and question are one message.

Rasa calls `validate_checkin_form` whenever the form runs: when it opens, after each message, and when it comes back after something else was
answered. What follows from the answers is `closing`.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.checkin.reading import read, step_of
from actions.checkin.talk import FORM, State, answer_buttons, checkins, text
from actions.turn import Turn
from bot.checkin.steps import HARD, MOST_SKIPS, SKIPPED, Step, next_step
from bot.safety.verdict import rank
from knowledge.checkin_texts import checkin_texts

REQUESTED = "requested_slot"
_NOT_A_TURN = ("action_listen", "action_extract_slots", "action_session_start", FORM)


class ValidateCheckinForm(Action):
    """Reads and asks."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(dispatcher, tracker)
        turn.decide(behaviour="start_checkin")
        if turn.intent == "choose_language":  # it was changed in this very turn
            turn.language = turn.entity("language") or turn.language
        state = State(turn)
        step = step_of(turn.slot(REQUESTED))
        if step is None:
            return _ask(turn, state, before=text(turn, "talk", "intro"))
        if _came_back(tracker):
            return _ask(turn, state, before=text(turn, "talk", "back"))
        return _take(turn, state, step)


def _came_back(tracker: Tracker) -> bool:
    """Whether something else was answered since the last message."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in _NOT_A_TURN:
            return True
    return False


def _take(turn: Turn, state: State, step: Step) -> list[EventType]:
    danger = turn.metadata.get("signal") or {}
    if rank(danger.get("level", "none")) >= rank("soon"):
        return _end(state, "danger")
    if checkins().has_open_signal(turn.person_id):  # something was noticed in a message that did not reach the form
        return _end(state, "elsewhere")
    state.worry_mentioned = state.worry_mentioned or "anxiety" in danger.get("domains", ())
    what = read(turn, step, state)
    if what is None:
        return []  # rejects: the answering action takes the message, then the form comes back
    if what in ("stale", "small_talk"):
        return _ask(turn, state, before=turn.word(turn.intent) if what == "small_talk" else "", step=step)
    return _note(turn, state, step, what)


def _note(turn: Turn, state: State, step: Step, what: str) -> list[EventType]:
    if what == "stop":
        return _end(state, "stopped")
    if what == "skip":
        state.skips += 1
        state.answers[step.id] = state.chosen or SKIPPED
        return _end(state, "skipped") if state.skips >= MOST_SKIPS else _ask(turn, state)
    if turn.typed and (what == "words" or step.open or step.many):
        state.words[step.id] = "\n".join(filter(None, (state.words.get(step.id), turn.text)))
    if what == "words":
        return _take_words(turn, state, step)
    if step.many and not _is_whole(state, what):
        state.chosen.append(what)
        return _ask(turn, state, step=step)
    return _answered(turn, state, step, what)


def _take_words(turn: Turn, state: State, step: Step) -> list[EventType]:
    """Words are an answer to the open question; elsewhere the buttons are shown once more, and then words are enough."""
    if step.open or state.asked_again == step.id:
        return _answered(turn, state, step, "words")
    state.asked_again = step.id
    return _ask(turn, state, before=text(turn, "talk", "which_fits"), step=step, question=False)


def _is_whole(state: State, what: str) -> bool:
    return what in ("nothing", "done")


def _answered(turn: Turn, state: State, step: Step, what: str) -> list[EventType]:
    if step.id == "free":
        if what in ("later", "no"):
            return _end(state, "later" if what == "later" else "not_free")
        state.partner = state.partner or what == "partner"
    state.answers[step.id] = (state.chosen or ["nothing"]) if step.many else what
    hard = (step.id, what) in HARD or (step.open and what == "words")
    if state.answers.get("rest") == "none":
        return _end(state, "danger_answered")
    return _ask(turn, state, before=text(turn, "talk", "thanks_hard") if hard else "")


def _ask(turn: Turn, state: State, *, before: str = "", step: Step | None = None, question: bool = True) -> list[EventType]:
    """Put the question of a step, the next one by default; without one the form is done."""
    step = step or next_step(state.judged)
    if step is None:
        return _end(state, "done")
    asked = text(turn, "questions", "worries_more") if step.many and state.chosen else ""
    if question and not asked:
        asked = _question(turn, state, step)
    turn.say("\n\n".join(filter(None, (before, asked))), answer_buttons(turn, step, state))
    return [*state.as_events(), SlotSet(REQUESTED, step.slot)]


def _question(turn: Turn, state: State, step: Step) -> str:
    if state.mourning and step.id == "gut":
        return text(turn, "loss", "gut")
    return checkin_texts().question(step.id, turn.language, partner=state.partner)


def _end(state: State, how: str) -> list[EventType]:
    state.ended = how
    return [*state.as_events(), SlotSet(REQUESTED, None)]
