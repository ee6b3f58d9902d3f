"""Rasa's NLG over the texts of `knowledge`: `utter_greet` is the text `greet` in the language of the message.

Owns finding the language and the buttons of a plain reply. Answers to questions are the actions' own.
"""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from bot.decision import Decision
from knowledge.library import Library, library

MENU = (("menu_help", "/help"), ("menu_human", "/ask_human"))
# Which plain replies come with buttons: (text of the button, payload).
BUTTONS = {
    "greet": MENU,
    "help": (
        ("menu_human", "/ask_human"),
        ("menu_checkin", "/start_checkin"),
        ("menu_language", "/change_language"),
        ("menu_privacy", "/export_data"),
    ),
    "dont_understand_button": MENU,
    "smalltalk": MENU,
    "none_fits": MENU,
    "apology": MENU,
}


class Texts(NaturalLanguageGenerator):
    """Replies by rule, each with its decision record."""

    def __init__(self, known: Library | None = None) -> None:
        self._library = known or library()

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any) -> dict[str, Any] | None:
        key = utter_action.removeprefix("utter_")
        parse = tracker.latest_message.parse_data if tracker.latest_message else {}
        language = language_of(parse)
        return {
            "text": self._text(key, language),
            "buttons": [{"title": self._library.text(name, language), "payload": payload} for name, payload in BUTTONS.get(key, ())],
            "custom": self._decision(parse, language).as_custom(),
        }

    def _text(self, key: str, language: str) -> str:
        text = self._library.text(key, language)
        return f"{text}\n\n{self._library.text('numbers', language)}\n{self._library.help_text(language)}" if key == "apology" else text

    def _decision(self, parse: dict[str, Any], language: str) -> Decision:
        intent = parse.get("intent") or {}
        behaviour = intent.get("name") if intent.get("name") in self._library.behaviours else None
        return Decision(lang=language, behaviour=behaviour, confidence=intent.get("confidence") or 0.0)


def language_of(parse: dict[str, Any]) -> str:
    """The language of the reply to a parsed message."""
    return (parse.get("language") or {}).get("reply") or (parse.get("metadata") or {}).get("language") or "nl"
