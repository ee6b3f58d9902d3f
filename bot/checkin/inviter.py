"""Says a due invitation after an ordinary answer. Owns when it fits beside a reply; when one is due is `invitations`."""

from __future__ import annotations

from typing import Any

from bot.checkin.invitations import Invitations
from bot.people.registry import Person
from knowledge.checkin_texts import checkin_texts
from knowledge.library import Library

FITS_AFTER = ("greet", "thanks", "smalltalk", "help")


class Inviter:
    """Writes invitations."""

    def __init__(self, invitations: Invitations, library: Library) -> None:
        self._invitations = invitations
        self._library = library

    def replies(self, person: Person, record: dict[str, Any]) -> list[dict[str, Any]]:
        """The invitation that is due for a parent, after a reply with this decision record; neutral words, and a way to switch it off.

        Blocking.
        """
        if person.role != "parent" or not self._fits(record):
            return []
        moment = self._invitations.due(person)
        if moment is None:
            return []
        texts, language = checkin_texts(), record["lang"]
        text = texts.say("invite", "later" if moment == "later" else "now", language)
        choices = {"start": "/start_checkin", "stop": '/invite{"answer": "no"}'}
        return [{"text": text, "buttons": [{"title": texts.say("invite", key, language), "payload": payload} for key, payload in choices.items()]}]

    def _fits(self, record: dict[str, Any]) -> bool:
        topic = self._library.topics.get(record["topic"] or "")
        if record["signal"]["level"] != "none" or (topic and topic.red_flag):
            return False
        return topic is not None or record["behaviour"] in FITS_AFTER
