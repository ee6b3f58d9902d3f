"""A buddy or a professional reports a gut feeling about a family, with no name: two questions, then the question whether to pass it on.

Owns this short form; sharing is bot/signals, with the role that the channel believes.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.checkin.closing import consent_buttons, say_about_team
from actions.checkin.reading import OTHER_BUSINESS
from actions.checkin.talk import button, text
from actions.turn import KiemAction, Turn
from bot.runtime import people, room
from bot.safety.verdict import Evidence, Verdict, rank
from bot.signals.consent import says
from knowledge.checkin_texts import checkin_texts

REPORT_FORM = "report_form"
ABOUT, KNOWS = "report_about", "report_knows"
REQUESTED = "requested_slot"


class ActionReportFamily(KiemAction):
    """The button that opens it."""

    called = "action_report_family"

    def act(self, turn: Turn) -> list[EventType]:
        return [*_emptied(), SlotSet(REQUESTED, None), FollowupAction(REPORT_FORM)]


class ValidateReportForm(Action):
    """Reads and asks, as the form of the check-in does."""

    def name(self) -> str:
        return f"validate_{REPORT_FORM}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(dispatcher, tracker)
        turn.decide(behaviour="start_checkin")
        requested = turn.slot(REQUESTED)
        if requested not in (ABOUT, KNOWS):
            return _ask(turn, ABOUT, before=text(turn, "report", "intro"))
        if turn.intent in OTHER_BUSINESS and not turn.typed:
            return []
        if _stops(turn):
            return [SlotSet(ABOUT, None), SlotSet(REQUESTED, None)]
        if rank((turn.metadata.get("signal") or {}).get("level", "none")) >= rank("soon"):
            return [SlotSet(ABOUT, turn.text), SlotSet(KNOWS, "danger"), SlotSet(REQUESTED, None)]
        if requested == ABOUT:
            return [SlotSet(ABOUT, turn.text), *_ask(turn, KNOWS)] if turn.typed else _ask(turn, ABOUT)
        answer = turn.entity("answer") or next((word for word in ("yes", "no") if says(turn.text, word, turn.language)), None)
        return [SlotSet(KNOWS, answer), SlotSet(REQUESTED, None)] if answer in ("yes", "no") else _ask(turn, KNOWS)


def _stops(turn: Turn) -> bool:
    return turn.intent == "stop" or (turn.intent == "checkin" and turn.entity("answer") == "stop")


def _ask(turn: Turn, slot: str, *, before: str = "") -> list[EventType]:
    step = slot.removeprefix("report_")
    answers = ("yes", "no") if slot == KNOWS else ()
    buttons = [button(turn, "report", f"knows_{answer}", f'/checkin{{"step": "knows", "answer": "{answer}"}}') for answer in answers]
    stop = {"title": text(turn, "answers", "stop"), "payload": f'/checkin{{"step": "{step}", "answer": "stop"}}'}
    turn.say("\n\n".join(filter(None, (before, text(turn, "report", step)))), [*buttons, stop])
    return [SlotSet(slot, None), SlotSet(REQUESTED, slot)]


def _emptied() -> list[EventType]:
    return [SlotSet(ABOUT, None), SlotSet(KNOWS, None)]


class ActionCloseReport(KiemAction):
    """Raises the signal of the report, or says that nothing is passed on."""

    called = "action_close_report"

    def act(self, turn: Turn) -> list[EventType]:
        turn.decide(behaviour="start_checkin")
        about, knows = turn.slot(ABOUT), turn.slot(KNOWS)
        if about is None:
            turn.say(text(turn, "report", "stopped"))
        elif knows == "danger":  # the message itself has become a signal
            turn.decide(behaviour="stop")
            configured = room().team.state(room().clock()).configured
            turn.say(text(turn, "talk", "danger") if configured else text(turn, "report", "no_team"))
        else:
            _pass_on(turn, about, knows)
        return _emptied()


def _pass_on(turn: Turn, about: str, knows: str) -> None:
    person = people().find(turn.person_id)
    texts = checkin_texts()
    known = [f"{texts.say('report', 'knows', language)} {texts.say('report', f'knows_{knows}', language)}" for language in ("nl", "fr")]
    verdict = Verdict("soon", ("gut_feeling",), (Evidence("report:gut_feeling", "gut_feeling", "soon", whose="other"),), whose="other")
    raised = room().signals.bring_up(person, ["\n".join(known), about], verdict, language=turn.language)
    if raised.ask:
        turn.say(text(turn, "report", "consent"), consent_buttons(turn))
    else:
        say_about_team(turn, raised, none="report")
