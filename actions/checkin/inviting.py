"""Whether Kiem may ask again, and the loss of a baby, which stops every invitation at once. Owns these answers; times are bot/checkin."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.checkin.closing import PURPOSE, invitations
from actions.checkin.talk import button, text
from actions.turn import KiemAction, Turn
from bot.runtime import people, room
from bot.safety.verdict import rank

LOSS = "pregnancy_loss"


class ActionInvite(KiemAction):
    """The answer to "may I ask you again?"."""

    called = "action_invite"

    def act(self, turn: Turn) -> list[EventType]:
        turn.decide(behaviour="start_checkin")
        given = turn.entity("answer") == "yes"
        people().decide(turn.person_id, PURPOSE, given=given)
        if not given:
            invitations().switch_off(turn.person_id)
            turn.say(text(turn, "invite", "off"))
            return []
        person = people().find(turn.person_id)
        known = {name: turn.slot(name) for name in ("weeks", "months") if turn.slot(name) is not None}
        planned = invitations().plan(person, known or person.details)
        turn.say("\n\n".join([text(turn, "invite", "on"), *([] if planned else [text(turn, "invite", "when")])]))
        return []


def plan_again(turn: Turn, details: dict[str, object]) -> None:
    """New weeks or months move the moments, where the person wants invitations."""
    if {"weeks", "months"} & details.keys() and people().consents(turn.person_id).get(PURPOSE):
        invitations().plan(people().find(turn.person_id), details)


def ask_about_loss(turn: Turn, topic: str) -> list[EventType]:
    """Somebody writes about a lost baby: leave them in peace at once, and ask with care whether it is their own."""
    is_own = turn.metadata.get("role", "parent") == "parent" and not turn.metadata.get("forwarded")
    if topic != LOSS or not turn.typed or not is_own or "loss_on" in (turn.metadata.get("details") or {}):
        return []
    invitations().be_quiet(turn.person_id)
    if rank((turn.metadata.get("signal") or {}).get("level", "none")) >= rank("today"):
        invitations().switch_off(turn.person_id)  # no question beside the safety text; silence is the careful guess
        return []
    turn.say(text(turn, "loss", "ask"), [button(turn, "loss", answer, f'/loss{{"answer": "{answer}"}}') for answer in ("yes", "no")])
    return [SlotSet("asked", "loss")]


class ActionLoss(KiemAction):
    """The answer to that: yes stops invitations and forgets weeks and months; no leaves everything as it was."""

    called = "action_loss"

    def act(self, turn: Turn) -> list[EventType]:
        lost = turn.entity("answer") == "yes" or turn.intent == "affirm"
        if not lost:
            invitations().be_quiet(turn.person_id, on=False)
            turn.say(text(turn, "loss", "undone"))
            return [SlotSet("asked", None)]
        invitations().be_quiet(turn.person_id)
        invitations().switch_off(turn.person_id)
        people().decide(turn.person_id, PURPOSE, given=False)
        people().decide(turn.person_id, "loss", given=True)
        people().remember_loss(turn.person_id, room().clock().date())
        turn.say(text(turn, "loss", "done"))
        return [SlotSet("asked", None), SlotSet("weeks", None), SlotSet("months", None)]
