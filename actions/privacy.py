"""A person's words are theirs: forget me, my data, may I remember this."""

from __future__ import annotations

from contextlib import suppress

from rasa_sdk.events import AllSlotsReset, EventType, SlotSet

from actions.turn import KiemAction, Turn
from bot.errors import UnknownPerson
from bot.runtime import people

LISTS = ("messages", "received", "signals")  # of an export: shown line by line
DETAILS = ("place", "region", "weeks", "months")


class ActionForgetMe(KiemAction):
    """One confirmation before deleting."""

    called = "action_forget_me"

    def act(self, turn: Turn) -> list[EventType]:
        if turn.asked() == "forget":  # "yes, forget me" is a yes
            return ActionConfirmForget().act(turn)
        turn.say(turn.word("forget_ask"), [turn.button("forget_yes", "/confirm_forget"), turn.button("forget_no", "/deny")])
        return [SlotSet("asked", "forget")]


class ActionConfirmForget(KiemAction):
    """Delete everything. What Rasa still holds of this turn is not stored: the person has no key any more."""

    called = "action_confirm_forget"

    def act(self, turn: Turn) -> list[EventType]:
        with suppress(UnknownPerson):  # pressed twice: it is gone already, which is what was asked
            people().erase(turn.person_id)
        turn.say(turn.word("forget_done"))
        return [AllSlotsReset()]


class ActionExportData(KiemAction):
    """One confirmation before showing: somebody may read along."""

    called = "action_export_data"

    def act(self, turn: Turn) -> list[EventType]:
        turn.say(turn.word("export_ask"), [turn.button("export_yes", "/confirm_export"), turn.button("forget_no", "/deny")])
        return [SlotSet("asked", "export")]


class ActionConfirmExport(KiemAction):
    """Show all that is stored."""

    called = "action_confirm_export"

    def act(self, turn: Turn) -> list[EventType]:
        stored = people().export(turn.person_id)
        lines = [f"{name}: {value}" for name, value in stored.items() if name not in LISTS and value not in (None, {}, "")]
        said = [f"{message['from']}: {message['text']}" for message in stored["messages"]]
        said += [f"you: {message['text']}" for message in stored["received"] if message["text"] not in {each["text"] for each in stored["messages"]}]
        noticed = [f"signal: {signal['level']}, {signal['domains']}, {signal['state']}, {signal['consent']}" for signal in stored["signals"]]
        turn.say("\n".join([turn.word("export_done"), *lines, *said, *noticed, turn.word("export_nothing")]))
        return [SlotSet("asked", None)]


def offer_to_remember(turn: Turn) -> list[EventType]:
    """Ask once whether details of this message may be kept; keep them without asking when that was allowed before."""
    found = {name: turn.entity(name) for name in DETAILS if turn.entity(name) is not None}
    if not found or turn.metadata.get("role", "parent") != "parent" or turn.metadata.get("forwarded"):
        return []
    allowed = people().consents(turn.person_id).get("remember_details")
    if allowed:
        people().remember(turn.person_id, found)
    if allowed is not None:
        return []
    said = [turn.word(f"what_{name}", value=str(value)) for name, value in found.items() if name != "region"]
    buttons = [turn.button(f"remember_{answer}", f'/remember{{"allowed": "{answer}"}}') for answer in ("yes", "no")]
    turn.say(turn.word("remember_ask", what=", ".join(said)), buttons)
    return [SlotSet("asked", "remember")]


class ActionRemember(KiemAction):
    """The answer to "may I remember this?"."""

    called = "action_remember"

    def act(self, turn: Turn) -> list[EventType]:
        allowed = turn.entity("allowed") == "yes" or turn.intent == "affirm"
        people().decide(turn.person_id, "remember_details", given=allowed)
        if allowed:
            people().remember(turn.person_id, {name: turn.slot(name) for name in DETAILS if turn.slot(name) is not None})
        turn.say(turn.word("remember_done" if allowed else "remember_refused"))
        return [SlotSet("asked", None)]
