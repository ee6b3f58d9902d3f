"""What the actions of the check-in share: the state of the form in the slots, its texts and buttons. Owns no decision."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk.events import EventType, SlotSet

from actions.turn import Button, Turn
from bot.checkin.register import Checkins
from bot.checkin.steps import STEPS, Step
from bot.runtime import people, room
from knowledge.checkin_texts import checkin_texts

FORM = "checkin_form"
NOTES = "checkin_notes"


def checkins() -> Checkins:
    return Checkins(people(), room().clock)


class State:
    """The check-in that goes on: answers per step, and the notes beside them (words, skips, choices so far, how it ended)."""

    def __init__(self, turn: Turn) -> None:
        given = ((name, turn.slot(step.slot)) for name, step in STEPS.items())
        self.answers: dict[str, Any] = {name: value for name, value in given if value is not None}
        notes = turn.slot(NOTES) or {}
        self.words: dict[str, str] = dict(notes.get("words", {}))
        self.skips: int = notes.get("skips", 0)
        self.asked_again: str | None = notes.get("asked_again")
        self.chosen: list[str] = list(notes.get("chosen", ()))
        self.partner: bool = notes.get("partner", False)
        self.worry_mentioned: bool = notes.get("worry_mentioned", False)
        self.ended: str | None = notes.get("ended")
        self.mourning = "loss_on" in (turn.metadata.get("details") or {})  # then nothing asks about a baby

    @property
    def judged(self) -> dict[str, Any]:
        """What the rules look at."""
        return self.answers | {"worry_mentioned": self.worry_mentioned}

    def as_events(self) -> list[EventType]:
        """The slots, notes included: a form with no changed slot would be rejected."""
        notes = {name: getattr(self, name) for name in ("words", "skips", "asked_again", "chosen", "partner", "worry_mentioned", "ended")}
        return [*(SlotSet(STEPS[name].slot, value) for name, value in self.answers.items()), SlotSet(NOTES, notes)]


def emptied() -> list[EventType]:
    """Nothing of it stays in the conversation."""
    return [SlotSet(name, None) for name in (*(step.slot for step in STEPS.values()), NOTES)]


def text(turn: Turn, section: str, key: str) -> str:
    return checkin_texts().say(section, key, turn.language)


def button(turn: Turn, section: str, key: str, payload: str) -> Button:
    return {"title": text(turn, section, key), "payload": payload}


def answer_buttons(turn: Turn, step: Step, state: State) -> list[Button]:
    """The answers of a step that are still to choose, then skip and stop: always there."""
    titles = checkin_texts()
    chosen = state.chosen if step.many else []
    left = [answer for answer in step.answers if answer not in chosen and not (answer == "baby" and state.mourning)]
    if chosen:
        left = [*(answer for answer in left if answer != "nothing"), "done"]
    shown = [*left, "skip", "stop"] if step.id != "free" else [*left, "stop"]
    return [{"title": titles.answer(step.id, answer, turn.language), "payload": payload(step, answer)} for answer in shown]


def payload(step: Step, answer: str) -> str:
    return f"/checkin{json.dumps({'step': step.id, 'answer': answer})}"
