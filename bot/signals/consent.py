"""What a parent answers about their signal: may it be shared, what was meant, when is it safe to be contacted, do not share it after all.

Owns the answers by button and in words. The questions are put by raising.py; texts are bot/signals/words.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.people.registry import Person
from bot.safety.verdict import highest, rank
from bot.signals.raising import Signals, lock_person, newest, note
from bot.signals.states import Raised
from bot.store.models import ConsentRow
from bot.store.signal_models import SignalRow
from knowledge.files import ROOT, read_yaml

PREFIX = "/signal_"  # of the payloads of the buttons
PURPOSE = "share_with_team"
TIMES = ("morning", "afternoon", "evening", "any_time")
CLARIFIED = ("yes", "sometimes", "no", "rather_not")
# What a yes to the clarification makes of a signal; other domains stay as they are.
CONFIRMED = {
    "self_harm": "today",
    "harm_to_baby": "emergency",
    "psychosis": "emergency",
    "violence": "emergency",
    "child_neglect": "emergency",
    "substance_use": "today",
    "medication_mental": "today",
    "pregnancy_red_flag": "today",
    "baby_red_flag": "today",
}
MOST_WORDS = 4  # of an answer in words: longer ones are messages of their own
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Answered:
    """What an answer did: `what` is consent_yes, consent_no, withdrawn, retracted, wish_noted or clarified; `raised` is the signal after it."""

    what: str
    raised: Raised


class Answers:
    """Takes the answers of parents."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals

    def hear(self, person: Person, text: str, language: str | None) -> Answered | None:
        """The effect of a button or a yes or no in words, when a question is open; None for any other message."""
        if not text.startswith(PREFIX) and not self._has_asked(person):
            return None
        with self._signals.database.exclusive() as session:
            lock_person(session, person.id)
            row = newest(session, person.id)
            if row is None:
                return None
            said = text.removeprefix(PREFIX) if text.startswith(PREFIX) else _in_words(row, text, language)
            if said is None:
                row.asked = None  # something came between: a later "yes" answers something else
                return None
            return self._take(session, person, row, said)

    def _has_asked(self, person: Person) -> bool:
        """Whether a question is open: what every message pays for."""
        with self._signals.database.session() as session:
            mine = select(SignalRow.asked).where(SignalRow.person_id == person.id, SignalRow.state != "closed")
            return session.execute(mine).scalar() is not None

    def _take(self, session: Session, person: Person, row: SignalRow, said: str) -> Answered | None:
        question, _, answer = said.partition("_")
        if row.state == "closed" and not (said == "consent_yes" and row.outcome == "refused"):
            return None
        if said in ("consent_yes", "consent_no"):
            return self._decide(session, person, row, given=said == "consent_yes")
        if said == "withdraw":
            return self._withdraw(session, person, row)
        if question == "wish" and answer in TIMES:
            row.wished_time, row.asked = answer, None
            self._note(session, row, "wish_noted", detail=answer)
            return Answered("wish_noted", self._state(row))
        if question == "clarify" and answer in CLARIFIED:
            return self._clarify(session, row, answer)
        return None

    def _decide(self, session: Session, person: Person, row: SignalRow, *, given: bool) -> Answered | None:
        if row.consent in ("needless", "given"):
            return Answered("consent_yes", self._state(row)) if given else self._withdraw(session, person, row)
        session.add(ConsentRow(person_id=person.id, purpose=PURPOSE, given=given))
        row.asked = "wish" if given else None
        if not given:
            self._end(session, row, "refused")
            return Answered("consent_no", self._state(row))
        row.consent = "given"
        if row.state == "closed":  # refused before
            row.state, row.outcome, row.closed_at = "reopened", None, None
        self._note(session, row, "consent_given")
        alerted = self._signals.share(session, row, "person")
        return Answered("consent_yes", self._state(row, alerted=alerted))

    def _withdraw(self, session: Session, person: Person, row: SignalRow) -> Answered:
        """Take a consent back. An emergency stays: a danger to life is not cleared by a later message."""
        if row.consent == "needless":
            self._note(session, row, "retracted")
            return Answered("retracted", self._state(row))
        session.add(ConsentRow(person_id=person.id, purpose=PURPOSE, given=False))
        row.sealed_messages = row.sealed_evidence = None
        self._end(session, row, "withdrawn")
        return Answered("withdrawn", self._state(row))

    def _end(self, session: Session, row: SignalRow, consent: str) -> None:
        at = self._signals.clock()
        row.consent, row.state, row.outcome, row.asked, row.closed_at = consent, "closed", consent, None, at
        self._signals.outbox.cancel(session, row.id)
        self._note(session, row, consent)

    def _clarify(self, session: Session, row: SignalRow, answer: str) -> Answered:
        domain, before = row.domains.split(",")[0], row.level
        row.asked = None
        self._note(session, row, "clarified", detail=answer)
        level = {"yes": CONFIRMED.get(domain, before), "sometimes": "today"}.get(answer, before)
        if rank(level) > rank(before):
            row.level, row.level_at = highest((before, level)), self._signals.clock()
            self._note(session, row, "heightened", detail=f"{before} -> {row.level}, clarified")
        alerted = False
        if row.level == "emergency" and before != "emergency":
            row.consent = "given" if row.consent == "given" else "needless"
            alerted = self._signals.share(session, row, "person")
        elif row.consent == "given" and row.level != before:
            alerted = self._signals.share(session, row, "person")
        return Answered("clarified", self._signals.seen(row, alerted=alerted))

    def _state(self, row: SignalRow, *, alerted: bool = False) -> Raised:
        return Raised(row.id, row.level, row.consent, tuple(row.domains.split(",")), row.alerts, alerted)

    def _note(self, session: Session, row: SignalRow, what: str, *, detail: str | None = None) -> None:
        row.updated_at = self._signals.clock()
        note(session, row, what, "person", row.updated_at, detail=detail)


def _in_words(row: SignalRow, text: str, language: str | None) -> str | None:
    """The answer that a short message in words gives to the open question."""
    yes = _says(text, "yes", language)
    if row.asked in ("consent", "clarify") and row.state != "closed" and (yes or _says(text, "no", language)):
        return f"{row.asked}_{'yes' if yes else 'no'}"
    return None


def _says(text: str, word: str, language: str | None) -> bool:
    """Whether a short message is or begins with a yes (or no) of its language or of those everybody knows here."""
    said = _WORD.findall(text.lower())
    if not 0 < len(said) <= MOST_WORDS:
        return False
    begun = f"{' '.join(said)} "
    known = _words()[word]
    spoken = dict.fromkeys(filter(None, (language, "nl", "fr", "en")))
    return any(begun.startswith(f"{phrase.lower()} ") for name in spoken for phrase in known.get(name, ()))


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return read_yaml(ROOT / "safety" / "yes_no.yml")
