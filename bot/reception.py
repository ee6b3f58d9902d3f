"""The way of one message: safety net (inbox, person, gate, signal) -> dialogue -> replies. Owns that nobody is answered with silence.

Channels hand in an `Inbound` and get the replies back; they know nothing of Rasa or the database. What the safety net says comes first and
stays, whatever happens to the dialogue.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from datetime import timedelta
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sqlalchemy.exc import SQLAlchemyError

from bot.decision import ANSWER_RECORD, Decision
from bot.delivery.courier import Courier
from bot.errors import BadMessage
from bot.hearing import Inbound
from bot.people.registry import People, Person
from bot.safety.verdict import Verdict
from bot.signals.net import SafetyNet, Taken
from knowledge.library import Library

__all__ = ["Inbound", "Reception", "Reply"]
logger = logging.getLogger(__name__)
Reply = dict[str, Any]  # text, buttons, custom
STORE_SECONDS = 2.0  # how long a reply waits for the database before it does without; the work goes on behind it
UNSAVED_EVERY = timedelta(seconds=5)
UNSAVED_KEPT = 1000  # messages in memory while the database is away
# Behaviours whose reply still helps somebody who has just been told where to find help.
WELCOME_AFTER_A_HIT = ("ask_human", "forget_me", "export_data", "change_language", "stop")


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

    def __init__(self, agent: Agent, people: People, library: Library, net: SafetyNet) -> None:
        self._agent = agent
        self._people = people
        self._library = library
        self._net = net
        self._unsaved: deque[Taken] = deque(maxlen=UNSAVED_KEPT)

    @property
    def courier(self) -> Courier:
        """What delivers alerts beside the answering."""
        return self._net.courier

    async def answer(self, inbound: Inbound) -> list[Reply]:
        """The replies to a message; the first carries the decision record. None at all only for an update that was answered before.

        Raises:
            BadMessage: there is no sender.
        """
        if not inbound.address:
            raise BadMessage("There is no `sender`.")
        taken = self._net.begin(inbound)
        try:
            await asyncio.wait_for(asyncio.to_thread(self._net.take_in, taken), STORE_SECONDS)
        except (SQLAlchemyError, asyncio.TimeoutError) as error:
            logger.error("the database failed while taking a message in: %s", type(error).__name__)
            return self._from_memory(taken)
        if taken.is_repeated:
            return []
        return await self._compose(taken)

    async def _compose(self, taken: Taken) -> list[Reply]:
        """Safety first, then what the dialogue adds, then what waited for the person."""
        safety: list[Reply] = []
        try:
            safety = await self._net.replies(taken)
            replies = self._joined(taken, safety, await self._dialogue(taken))
            replies += await asyncio.to_thread(self._net.notices, taken)
            language = replies[0]["custom"][ANSWER_RECORD]["lang"]
            await asyncio.to_thread(self._end, taken, language)
        except SQLAlchemyError as error:
            logger.error("the database failed while answering: %s", type(error).__name__)
            return self._with_record(taken, safety or self._net.from_memory(taken)) or [self._apology(taken.language)]
        return replies + self._introduction(taken.person, language)

    def _end(self, taken: Taken, language: str) -> None:
        self._keep_language(taken.person, language)
        self._net.finish(taken)

    def _from_memory(self, taken: Taken) -> list[Reply]:
        """Without a database: the danger text if there is danger, else the apology, both with numbers. The message is kept to be stored."""
        self._unsaved.append(taken)
        return self._with_record(taken, self._net.from_memory(taken)) or [self._apology(taken.inbound.language)]

    def store_unsaved(self) -> None:
        """Take in what came while the database was away: their signals are raised now. A chore; blocking.

        Raises:
            SQLAlchemyError: it still is away.
        """
        while self._unsaved:
            self._net.take_in(self._unsaved[0])
            taken = self._unsaved.popleft()
            if not taken.is_repeated:
                self._net.finish(taken)

    async def _dialogue(self, taken: Taken) -> list[Reply]:
        """What the dialogue answers; nothing after an answer to one of our questions, and nothing beside an emergency."""
        verdict = taken.verdict or Verdict()
        if taken.answered is not None or verdict.level == "emergency" or verdict.retracts:
            return []
        if self._net.is_stale_button(taken):
            return [self._reply("dont_understand_button", taken.language)]
        return await self._talk(taken.person, taken, verdict)

    def _joined(self, taken: Taken, safety: list[Reply], talk: list[Reply]) -> list[Reply]:
        """One list whose first reply carries the record of all of it."""
        verdict = taken.verdict or Verdict()
        record = dict(talk[0]["custom"][ANSWER_RECORD]) if talk else None
        if record is not None and not _fits(record, verdict):
            talk, record = [], None
        replies = [*safety, *talk, *self._net.support(taken)] or [self._reply("none_fits", taken.language)]
        if taken.verdict is None:  # the gate failed: nobody knows what the message meant
            replies.append({"text": self._numbers(taken.language)})
        return self._with_record(taken, replies, record)

    def _with_record(self, taken: Taken, replies: list[Reply], record: dict[str, Any] | None = None) -> list[Reply]:
        if not replies:
            return []
        signal = (taken.verdict or Verdict()).as_record()
        whole = record or Decision(lang=taken.language).as_custom()[ANSWER_RECORD]
        return [replies[0] | {"custom": {ANSWER_RECORD: whole | {"signal": signal}}}, *map(_without_record, replies[1:])]

    async def _talk(self, person: Person, taken: Taken, verdict: Verdict) -> list[Reply]:
        inbound, heard = taken.inbound, taken.heard
        language = person.language or inbound.language
        if not heard.spoken:
            return [self._reply("no_text", language or "nl")]
        output = Replies(inbound.channel)
        metadata = {
            "role": person.role,
            "forwarded": inbound.forwarded,
            "language": language,
            "language_chosen": person.language_chosen,
            "details": person.details,
            "signal": verdict.as_record(),
        }
        try:
            await self._agent.handle_message(UserMessage(heard.spoken, output, person.id, input_channel=inbound.channel, metadata=metadata))
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
        return reply | {"text": f"{reply['text']}\n\n{self._numbers(language or 'nl')}"}

    def _numbers(self, language: str) -> str:
        return f"{self._library.text('numbers', language)}\n{self._library.help_text(language)}"


def _fits(record: dict[str, Any], verdict: Verdict) -> bool:
    """Whether what the dialogue says may stand beside the safety text: never a refusal, and at `today` only a real answer."""
    if not verdict.is_at_least("watch"):
        return True
    if record["topic"] is not None or record["behaviour"] in WELCOME_AFTER_A_HIT:
        return True
    return verdict.level == "watch" and record["behaviour"] != "out_of_scope"


def _without_record(reply: Reply) -> Reply:
    """A later reply: the record stands on the first one only."""
    custom = {key: value for key, value in reply.get("custom", {}).items() if key != ANSWER_RECORD}
    return {key: value for key, value in reply.items() if key != "custom"} | ({"custom": custom} if custom else {})
