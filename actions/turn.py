"""One turn as an action sees it: who asks, what was understood, and how to speak. Owns no decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from bot.decision import Decision
from knowledge.library import Library, library

Button = dict[str, str]
MENU = (("menu_help", "/help"), ("menu_human", "/ask_human"))


class Turn:
    """The message, its parse and the conversation around it."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        message = tracker.latest_message or {}
        self.tracker = tracker
        self.library: Library = library()
        self.person_id: str = tracker.sender_id
        self.text: str = message.get("text") or ""
        self.typed: bool = not self.text.startswith("/")  # a button sends its payload
        self.metadata: dict[str, Any] = message.get("metadata") or {}
        self.intent: str = (message.get("intent") or {}).get("name") or ""
        self.confidence: float = (message.get("intent") or {}).get("confidence") or 0.0
        self.ranking: list[tuple[str, float]] = [(item["name"], item["confidence"]) for item in message.get("intent_ranking") or ()]
        self.verdict: str = (message.get("understanding") or {}).get("verdict", "answer")
        self.parts: list[dict[str, Any]] = message.get("parts") or []
        self.language: str = (message.get("language") or {}).get("reply") or self.metadata.get("language") or "nl"
        behaviour = self.intent if self.intent in self.library.behaviours else None
        self.decision = Decision(lang=self.language, behaviour=behaviour, confidence=self.confidence)
        self._dispatcher = dispatcher

    def entity(self, name: str) -> str | None:
        """The value of an entity of this message (a button's payload or something extracted)."""
        return next(self.tracker.get_latest_entity_values(name), None)

    def slot(self, name: str) -> Any:
        return self.tracker.get_slot(name)

    def asked(self) -> str | None:
        """The yes-or-no question that the last reply put; none once another message came between."""
        messages = 0
        for event in reversed(self.tracker.events):
            messages += event["event"] == "user"
            if event["event"] == "slot" and event["name"] == "asked":
                return event["value"] if messages == 1 else None
        return None

    def say(self, text: str, buttons: list[Button] | None = None) -> None:
        """Send a message; the first one of a turn carries the decision record."""
        first = not self._dispatcher.messages
        self._dispatcher.utter_message(text=text, buttons=buttons or [], json_message=self.decision.as_custom() if first else {})

    def link(self, path: str, title: str) -> None:
        """Give a page of this server to open. Call after the first `say`; a channel without pages shows the title only."""
        self._dispatcher.utter_message(json_message={"page": {"path": path, "title": title}})

    def decide(self, **changes: Any) -> None:
        """Change the decision record. Call before the first `say`."""
        self.decision = replace(self.decision, **changes)

    def word(self, key: str, **values: str) -> str:
        """An interface text in the language of this turn."""
        return self.library.text(key, self.language, **values)

    def button(self, key: str, payload: str, **values: str) -> Button:
        return {"title": self.word(key, **values), "payload": payload}

    def topic_button(self, topic_id: str) -> Button:
        return {"title": self.library.topics[topic_id].name(self.language), "payload": f"/{topic_id}"}

    def menu(self) -> list[Button]:
        return [self.button(key, payload) for key, payload in MENU]


class KiemAction(Action):
    """Base of all actions: reads the turn, lets the subclass `act`, then goes back to a form that it interrupted, else listens.

    Subclasses set `called` (the name in the domain) and implement `act`, which returns Rasa events.
    """

    called = ""

    def name(self) -> str:
        return self.called

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        events = self.act(Turn(dispatcher, tracker))
        if any(event["event"] == "followup" for event in events):
            return events
        return [*events, FollowupAction(_goes_back_to(tracker, events) or "action_listen")]

    def act(self, turn: Turn) -> list[EventType]:
        raise NotImplementedError


def _goes_back_to(tracker: Tracker, events: list[EventType]) -> str | None:
    """The form that this action interrupted; none while a yes-or-no question of the action itself is open."""
    asks = any(event["event"] == "slot" and event["name"] == "asked" and event["value"] for event in events)
    return None if asks else (tracker.active_loop or {}).get("name")
