"""Somebody wants a human: who of the team reads when, who answers now, and may the team be asked. Never claims that a person is watching."""

from __future__ import annotations

import logging

from rasa_sdk.events import EventType
from sqlalchemy.exc import SQLAlchemyError

from actions.turn import KiemAction, Turn
from bot.runtime import room
from bot.settings import current
from bot.signals.consent import HUMAN
from bot.signals.duty import BRUSSELS, NOBODY, TeamState
from bot.store.models import now
from knowledge.safety_texts import safety_texts

logger = logging.getLogger(__name__)
OFFER = (("yes", HUMAN), ("no", "/deny"))


class ActionAskHuman(KiemAction):
    """Says honestly whether people read here, then the lines that answer now; asks whether to pass it on where there is a team."""

    called = "action_ask_human"

    def act(self, turn: Turn) -> list[EventType]:
        team = _team()
        reading = _reading(turn, team)
        lines = f"{turn.word('numbers')}\n{turn.library.help_text(turn.language)}"
        turn.say("\n\n".join([turn.word("ask_human"), reading, lines, turn.word("human_also")]))
        if team.configured:
            texts = safety_texts()
            buttons = [{"title": texts.say("buttons", each, turn.language), "payload": payload} for each, payload in OFFER]
            turn.say(texts.say("team", "consent_ask", turn.language), buttons)
        return []


def _team() -> TeamState:
    """What is true of the team now; unknown counts as nobody."""
    try:
        return room().team.state(now())
    except SQLAlchemyError as error:
        logger.error("the team cannot be read: %s", type(error).__name__)
        return NOBODY


def _reading(turn: Turn, team: TeamState) -> str:
    """Who reads when: a fact of the calendar, never a promise."""
    if team.configured and team.on_duty and team.alert_works:
        return safety_texts().say("team", "reads_now", turn.language)
    if team.configured and team.reads_again:
        when = team.reads_again.astimezone(BRUSSELS)
        return safety_texts().say("team", "reads_again", turn.language, when=f"{when.day}/{when.month}, {when:%H:%M}")
    hours = current().contact_hours
    return turn.word("human_hours", hours=hours) if hours else turn.word("human_none")
