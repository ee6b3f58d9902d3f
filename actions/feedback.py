"""Did this help? Counted per topic, without person and without text."""

from __future__ import annotations

from datetime import date

from rasa_sdk.events import EventType

from actions.parts import topic_of
from actions.turn import KiemAction, Turn
from bot.runtime import database
from bot.store.models import FeedbackRow

REASONS = ("other_question", "too_difficult", "not_for_me", "wrong")


def _note(turn: Turn, topic: str, *, helped: bool, reason: str | None = None) -> None:
    with database().session() as session:
        session.add(FeedbackRow(topic=topic, language=turn.language, helped=helped, reason=reason, day=date.today()))


class ActionFeedback(KiemAction):
    """Yes: thanks. No: why?"""

    called = "action_feedback"

    def act(self, turn: Turn) -> list[EventType]:
        topic, helped = topic_of(turn), turn.entity("helped")
        if topic is None or helped not in ("yes", "no"):
            turn.say(turn.word("dont_understand_button"), turn.menu())
            return []
        if helped == "yes":
            _note(turn, topic, helped=True)
            turn.say(turn.word("helped_thanks"))
            return []
        reasons = [turn.button(f"reason_{reason}", f'/feedback_reason{{"topic": "{topic}", "reason": "{reason}"}}') for reason in REASONS]
        turn.say(turn.word("helped_why"), [*reasons, turn.button("menu_human", "/ask_human")])
        return []


class ActionFeedbackReason(KiemAction):
    """Note the reason and offer the next step."""

    called = "action_feedback_reason"

    def act(self, turn: Turn) -> list[EventType]:
        topic, reason = topic_of(turn), turn.entity("reason")
        if topic is None or reason not in REASONS:
            turn.say(turn.word("dont_understand_button"), turn.menu())
            return []
        _note(turn, topic, helped=False, reason=reason)
        buttons = [turn.button("menu_human", "/ask_human")]
        if reason == "too_difficult":
            buttons.insert(0, turn.button("part_simpler", f'/repeat_simpler{{"topic": "{topic}"}}'))
        turn.say(turn.word("reason_noted"), buttons)
        return []
