"""The way of one message: person -> (safety gate) -> dialogue -> replies. Owns that nobody is answered with silence.

Channels hand in an `Inbound` and get the replies back; they know nothing of Rasa or the database.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sqlalchemy.exc import SQLAlchemyError

from bot.decision import ANSWER_RECORD, Decision
from bot.errors import BadMessage
from bot.nlu.encoding import clean
from bot.people.registry import People, Person
from knowledge.library import Library

logger = logging.getLogger(__name__)
Reply = dict[str, Any]  # text, buttons, custom


@dataclass(frozen=True)
class Inbound:
    """What came in: `address` is who the channel says it is; only its keyed hash is stored."""

    channel: str
    address: str
    text: str
    role: str = "parent"
    forwarded: bool = False
    language: str | None = None  # what the person's app is set to, if the channel knows
    extra: dict[str, Any] = field(default_factory=dict)


class Replies(CollectingOutputChannel):
    """Keeps each reply whole: Rasa's own collector tears text, buttons and record apart."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self._channel = channel

    def name(self) -> str:  # type: ignore[override] - the name is the channel's, so an instance's
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        kept = {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}
        self.messages.append(kept)


class Reception:
    """Answers messages."""

    def __init__(self, agent: Agent, people: People, library: Library) -> None:
        self._agent = agent
        self._people = people
        self._library = library

    async def answer(self, inbound: Inbound) -> list[Reply]:
        """The replies to a message, never none; the first carries the decision record.

        Raises:
            BadMessage: there is no sender.
        """
        if not inbound.address:
            raise BadMessage("There is no `sender`.")
        try:
            person = self._people.arrive(inbound.channel, inbound.address, inbound.role)
            replies = await self._talk(person, inbound)
            language = replies[0]["custom"][ANSWER_RECORD]["lang"]
            self._keep_language(person, language)
        except SQLAlchemyError as error:
            logger.error("the database failed while answering: %s", type(error).__name__)
            return [self._apology(inbound.language)]
        return replies + self._introduction(person, language)

    async def _talk(self, person: Person, inbound: Inbound) -> list[Reply]:
        language = person.language or inbound.language
        text = inbound.text if inbound.text.startswith("/") else clean(inbound.text)
        if not text:
            return [self._reply("no_text", language or "nl")]
        output = Replies(inbound.channel)
        metadata = {
            "role": person.role,
            "forwarded": inbound.forwarded,
            "language": language,
            "language_chosen": person.language_chosen,
            "details": person.details,
        }
        try:
            await self._agent.handle_message(UserMessage(text, output, person.id, input_channel=inbound.channel, metadata=metadata))
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever breaks in the dialogue, the person gets a text; the operator this line
            logger.error("the dialogue failed: %s", type(error).__name__)
            output.messages.clear()
        if not output.messages:
            return [self._apology(language)]
        output.messages[0].setdefault("custom", Decision(lang=language or "nl").as_custom())
        return output.messages

    def _keep_language(self, person: Person, language: str) -> None:
        if language != person.language and not person.language_chosen:
            self._people.use_language(person.id, language, chosen=False)

    def _introduction(self, person: Person, language: str) -> list[Reply]:
        """Once, after the first answer and never instead of it."""
        if not person.is_new:
            return []
        text = f"{self._library.text('intro', language)}\n\n{self._library.text('intro_privacy', language)}"
        buttons = [
            {"title": self._library.text(key, language), "payload": payload}
            for key, payload in (
                ("menu_language", "/change_language"),
                ("menu_human", "/ask_human"),
                ("menu_privacy", "/export_data"),
            )
        ]
        return [{"text": text, "buttons": buttons}]

    def _reply(self, key: str, language: str) -> Reply:
        return {"text": self._library.text(key, language), "custom": Decision(lang=language).as_custom()}

    def _apology(self, language: str | None) -> Reply:
        """A fixed text with numbers that needs nothing but memory."""
        reply = self._reply("apology", language or "nl")
        lines = self._library.help_text(language or "nl")
        return reply | {"text": f"{reply['text']}\n\n{self._library.text('numbers', language or 'nl')}\n{lines}"}
