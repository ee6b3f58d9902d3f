"""Yes and no: what they mean depends on what was asked."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.checkin.inviting import ActionLoss
from actions.privacy import ActionConfirmExport, ActionConfirmForget, ActionRemember
from actions.turn import KiemAction, Turn

_YES = {"forget": ActionConfirmForget, "export": ActionConfirmExport, "remember": ActionRemember, "loss": ActionLoss}
_NO = {"forget": "forget_kept", "export": "deny", "remember": "remember_refused"}


class ActionAffirm(KiemAction):
    """Does what was asked; otherwise invites a question."""

    called = "action_affirm"

    def act(self, turn: Turn) -> list[EventType]:
        asked = _YES.get(turn.asked() or "")
        if asked is not None:
            return asked().act(turn)
        turn.say(turn.word("affirm"), turn.menu())
        return []


class ActionDeny(KiemAction):
    """Leaves what was asked."""

    called = "action_deny"

    def act(self, turn: Turn) -> list[EventType]:
        asked = turn.asked()
        if asked in ("remember", "loss"):
            return _YES[asked]().act(turn)
        turn.say(turn.word(_NO.get(asked or "", "deny")))
        return [SlotSet("asked", None)]
