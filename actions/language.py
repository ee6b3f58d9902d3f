"""The language of the replies: asked for, chosen, remembered."""

from __future__ import annotations

from rasa_sdk.events import EventType

from actions.follow_up import region_of_topic
from actions.turn import KiemAction, Turn
from bot.runtime import people


class ActionChangeLanguage(KiemAction):
    """Offers the languages; changes at once when the message names one."""

    called = "action_change_language"

    def act(self, turn: Turn) -> list[EventType]:
        going_on = region_of_topic(turn)
        if going_on is not None:  # "and in Flanders?" sounds like a language
            return going_on
        named = turn.entity("language")
        if named in turn.library.languages:
            return choose(turn, named)
        buttons = [
            {"title": turn.library.text("language_name", language), "payload": f'/choose_language{{"language": "{language}"}}'}
            for language in turn.library.languages
            if language in turn.library.texts
        ]
        turn.say(turn.word("choose_language"), buttons)
        return []


class ActionChooseLanguage(ActionChangeLanguage):
    """The button with a language."""

    called = "action_choose_language"


def choose(turn: Turn, language: str) -> list[EventType]:
    """Keep the choice: it wins over every later guess."""
    people().use_language(turn.person_id, language, chosen=True)
    turn.language = language
    turn.decide(lang=language)
    turn.say(turn.word("language_changed"), turn.menu())
    return []
