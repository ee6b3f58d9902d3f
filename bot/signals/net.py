"""The safety net: every message goes through inbox, gate and signals before the dialogue sees it, and whatever breaks, a verdict is there.

Owns the order: accept, judge, raise (with the alert, in one transaction), then words. What a message means is the gate's.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from bot.delivery.courier import Courier
from bot.delivery.inbox import Accepted, Inbox
from bot.delivery.outbox import Outbox, Parcel
from bot.hearing import Heard, Inbound
from bot.people.registry import People, Person
from bot.safety.verdict import Said, Verdict
from bot.signals.consent import PREFIX, Answered, Answers
from bot.signals.raising import Signals
from bot.signals.states import Raised
from bot.signals.words import Reply, Situation, Words
from bot.store.signal_models import SignalRow

logger = logging.getLogger(__name__)
ALERT_SECONDS = 1.5  # how long a reply waits to know whether the alert has arrived
LOOK_EVERY = 0.05
LEFT_BEHIND = timedelta(seconds=60)  # an unfinished message older than this was left by a crash
Identify = Callable[[str, dict[str, Any]], str]  # a text and what is known of the person -> language of the reply


class Judge(Protocol):
    """The gate, as it is called."""

    def judge(
        self, text: str, *, language: str | None, earlier: Sequence[Said], role: str, forwarded: bool, details: dict[str, Any]
    ) -> Verdict: ...


@dataclass
class Taken:
    """How far a message has come. Filled step by step, so that what is known survives the step that fails."""

    inbound: Inbound
    heard: Heard
    key: str
    person: Person | None = None
    accepted: Accepted | None = None
    language: str = "nl"
    verdict: Verdict | None = None
    raised: Raised | None = None
    answered: Answered | None = None
    notices: list[Parcel] = field(default_factory=list)

    @property
    def is_repeated(self) -> bool:
        return self.accepted is not None and self.accepted.is_answered


class SafetyNet:
    """Takes messages in. Its blocking methods run in a thread."""

    def __init__(
        self, gate: Judge, people: People, signals: Signals, words: Words, identify: Identify | None = None, courier: Courier | None = None
    ) -> None:
        self._gate = gate
        self._people = people
        self._signals = signals
        self._outbox: Outbox = signals.outbox
        self._words = words
        self._identify = identify
        self.courier = courier
        self.inbox = Inbox(people.database, people.keyring, signals.clock)
        self._answers = Answers(signals)

    def begin(self, inbound: Inbound) -> Taken:
        """A message before anything was done with it. Needs nothing but memory."""
        known = inbound.update_key
        key = self._people.keyring.hash_address(inbound.channel, f"{inbound.address}:{known}").hex() if known else secrets.token_hex(32)
        return Taken(inbound, Heard.of(inbound), key, language=inbound.language or "nl")

    def take_in(self, taken: Taken) -> None:
        """Accept, judge and raise. Blocking.

        Raises:
            SQLAlchemyError: the database failed; `taken` holds what was done before.
        """
        inbound = taken.inbound
        person = taken.person = self._people.arrive(inbound.channel, inbound.address, inbound.role)
        about = {"role": person.role, "forwarded": inbound.forwarded, "language": inbound.language}
        accepted = taken.accepted = self.inbox.accept(person, taken.key, taken.heard.judged, about)
        if accepted.is_answered:
            return
        verdict = self.judge(taken)
        taken.answered = self._answer(taken, verdict)
        if taken.answered is None:
            taken.raised = self._signals.take(self.inbox, accepted, verdict, language=taken.language, role=person.role)

    def judge(self, taken: Taken) -> Verdict:
        """The verdict, in memory. A gate that fails is said to the operator; the person then gets the numbers (see bot/reception.py)."""
        if taken.verdict is not None:
            return taken.verdict
        person, inbound = taken.person, taken.inbound
        taken.language = self._language(taken)
        try:
            taken.verdict = self._gate.judge(
                taken.heard.judged,
                language=taken.language,
                earlier=taken.accepted.earlier if taken.accepted else (),
                role=person.role if person else inbound.role,
                forwarded=inbound.forwarded,
                details=person.details if person else {},
            )
        except Exception as error:  # noqa: BLE001 - whatever breaks in the gate, the person gets numbers; the operator this line
            logger.error("the gate failed: %s", type(error).__name__)
            return Verdict()
        return taken.verdict

    def _language(self, taken: Taken) -> str:
        known = taken.person.language if taken.person else None
        chosen = bool(taken.person and taken.person.language_chosen)
        before = known or taken.inbound.language
        if self._identify is None or taken.heard.payload:
            return before or "nl"
        return self._identify(taken.heard.judged, {"language": before, "language_chosen": chosen})

    def _answer(self, taken: Taken, verdict: Verdict) -> Answered | None:
        """A button of ours or a yes or no. A message that says danger is never only an answer."""
        if verdict.is_at_least("soon") and not verdict.retracts:
            return None
        text = taken.inbound.text.strip() if taken.heard.payload else taken.heard.judged
        return self._answers.hear(taken.person, text, taken.language)

    async def replies(self, taken: Taken) -> list[Reply]:
        """What the safety net says about a message that was taken in; empty when it has nothing to say."""
        verdict = taken.verdict or Verdict()
        if taken.answered is not None:
            return self._words.answered(taken.answered, taken.language, await self._situation(taken.answered.raised))
        if verdict.is_at_least("soon"):
            return self._words.danger(verdict, taken.language, taken.raised, await self._situation(taken.raised))
        return []

    def from_memory(self, taken: Taken) -> list[Reply]:
        """The same without a database: says nothing about the team, because nothing is known of it."""
        verdict = self.judge(taken)
        return self._words.danger(verdict, taken.language) if verdict.is_at_least("soon") else []

    def support(self, taken: Taken) -> list[Reply]:
        """The line at `watch`."""
        verdict = taken.verdict or Verdict()
        return [self._words.support(verdict, taken.language)] if verdict.level == "watch" else []

    def is_stale_button(self, taken: Taken) -> bool:
        """Whether one of our buttons was pressed that means nothing any more."""
        return taken.answered is None and taken.inbound.text.startswith(PREFIX)

    async def _situation(self, raised: Raised | None) -> Situation:
        """What is true of the team now; waits a moment for an alert that is on its way."""
        team = await asyncio.to_thread(self._signals.team.state, self._signals.clock())
        on_its_way = raised is not None and raised.alerted and raised.level != "soon" and team.on_duty and team.alert_works
        if not (on_its_way and self.courier and self.courier.is_running):
            return Situation(team)
        self.courier.wake()
        prefix = f"signal:{raised.signal_id}:{raised.round}:first:"
        deadline = asyncio.get_running_loop().time() + ALERT_SECONDS
        delivered = False
        while not delivered and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(LOOK_EVERY)
            delivered = await asyncio.to_thread(self._outbox.has_gone, prefix, raised.signal_id)
        return Situation(team, delivered)

    def notices(self, taken: Taken) -> list[Reply]:
        """What waited for this person; it counts as said once the reply is finished. Blocking."""
        waiting = self._outbox.waiting_for(taken.person.id, f"notice.{taken.person.channel}")
        taken.notices = [parcel for parcel in map(self._outbox.claim, waiting) if parcel]
        said = []
        for parcel in taken.notices:
            with self._people.database.session() as session:
                row = session.get(SignalRow, parcel.signal_id)
                if row is not None and row.person_id == taken.person.id:
                    said.append(self._words.notice(parcel.step, row.level, tuple(row.domains.split(",")), row.whose, taken.language))
        return said

    def finish(self, taken: Taken) -> None:
        """The replies are complete. Blocking. A message that the gate could not judge stays in the inbox."""
        for parcel in taken.notices:
            self._outbox.done(parcel)
        if taken.verdict is not None:
            self.inbox.finish(taken.accepted, taken.verdict)

    def pick_up(self) -> None:
        """Raise the signals of messages that a crash left behind; the safety text that was not sent waits for the person. A chore."""
        for accepted, about in self.inbox.unfinished(LEFT_BEHIND):
            noted = {"role": about["role"], "forwarded": about["forwarded"], "language": about["language"]}
            inbound = Inbound(accepted.person.channel, "", accepted.text, **noted)
            taken = Taken(inbound, Heard(accepted.text, accepted.text), "", accepted.person, accepted)
            verdict = self.judge(taken)
            if taken.verdict is None:
                continue  # the gate fails: the message stays for the day it does not
            raised = self._signals.take(self.inbox, accepted, verdict, language=taken.language, role=accepted.person.role)
            if raised is not None:
                self._hold_text(accepted, raised)
            self.finish(taken)

    def _hold_text(self, accepted: Accepted, raised: Raised) -> None:
        about = {"step": "safety", "signal_id": raised.signal_id, "person_id": accepted.person.id}
        with self._people.database.exclusive() as session:
            self._outbox.put(session, f"inbox:{accepted.id}:safety", f"notice.{accepted.person.channel}", at=self._signals.clock(), **about)
