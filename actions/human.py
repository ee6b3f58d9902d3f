"""Somebody wants a human: who reads when, and who answers now. Never claims that a person is watching."""

from __future__ import annotations

from rasa_sdk.events import EventType

from actions.turn import KiemAction, Turn
from bot.settings import current


class ActionAskHuman(KiemAction):
    """Says honestly whether people read here, then the lines that answer now."""

    called = "action_ask_human"

    def act(self, turn: Turn) -> list[EventType]:
        hours = current().contact_hours
        reading = turn.word("human_hours", hours=hours) if hours else turn.word("human_none")
        lines = f"{turn.word('numbers')}\n{turn.library.help_text(turn.language)}"
        turn.say("\n\n".join([turn.word("ask_human"), reading, lines, turn.word("human_also")]))
        return []
