"""A check-in in words: for the person, to keep or show, and for the team after a yes. Owns the lines; the page is bot/channels/web/summary.py."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import EventType

from actions.checkin.talk import checkins, text
from actions.turn import KiemAction, Turn
from bot.checkin.lines import lines
from bot.runtime import people

PAGE = "/checkin/summary"


class ActionCheckinSummary(KiemAction):
    """Shows the last check-in as it was answered; the chat page also gets the address of a page to print."""

    called = "action_checkin_summary"

    def act(self, turn: Turn) -> list[EventType]:
        turn.decide(behaviour="start_checkin")
        person = people().find(turn.person_id)
        last = checkins().last(person)
        if last is None:
            turn.say(text(turn, "summary", "nothing"), turn.menu())
            return []
        head = f"{text(turn, 'summary', 'title')} ({last.ended_at:%d/%m/%Y})"
        said = "\n".join(f"- {line}" for line in lines(last.answers, last.words, turn.language, partner=last.partner))
        turn.say("\n\n".join([head, said, text(turn, "summary", "intro")]))
        if person.channel == "web":
            turn.link(f"{PAGE}?language={turn.language}", text(turn, "summary", "open"))
        return []


def lines_for_team(answers: dict[str, Any], words: dict[str, str], *, partner: bool) -> list[str]:
    """What the team may see: the answers in Dutch and in French, then the person's own words."""
    in_own_words = "\n".join(words.values())
    said = ["\n".join(lines(answers, {}, language, partner=partner)) for language in ("fr", "nl")]
    return [*said, in_own_words] if in_own_words else said
