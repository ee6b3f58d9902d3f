"""Who may be taken through the questions now. Owns the beginning; the questions are `form`, a buddy's report is `report`."""

from __future__ import annotations

from rasa_sdk.events import EventType, FollowupAction, SlotSet

from actions.checkin.report import REPORT_FORM
from actions.checkin.talk import FORM, NOTES, checkins, emptied, text
from actions.turn import KiemAction, Turn


class ActionStartCheckin(KiemAction):
    """Opens the form for a parent, the short report for a buddy or a professional; never while a signal is open."""

    called = "action_start_checkin"

    def act(self, turn: Turn) -> list[EventType]:
        if turn.metadata.get("role", "parent") != "parent":
            return [FollowupAction(REPORT_FORM)]
        turn.decide(behaviour="start_checkin")
        if checkins().has_open_signal(turn.person_id):
            turn.say(text(turn, "talk", "open_signal"), [turn.button("menu_human", "/ask_human")])
            return []
        checkins().begin(turn.person_id)
        is_partner = turn.slot("topic") == "partner_role"
        return [*emptied(), SlotSet("requested_slot", None), SlotSet(NOTES, {"partner": is_partner}), FollowupAction(FORM)]
