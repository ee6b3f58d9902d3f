"""Raising signals: verdict -> signal, its log and its alerts, all in one transaction, before the reply.

Owns new, joined and heightened signals and when they are shared. What the parent answers is `consent`, what the team does `care`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.delivery.inbox import Accepted, Inbox
from bot.delivery.outbox import Clock, Outbox
from bot.people.keys import Keyring
from bot.safety.verdict import Verdict, highest, raised, rank
from bot.signals import ladder
from bot.signals.duty import CareTeam
from bot.signals.states import SHARED, UNANSWERED, Raised
from bot.store.database import Database
from bot.store.models import PersonRow, now
from bot.store.signal_models import SignalEventRow, SignalRow

WEEK = timedelta(days=7)  # two `soon` within it make `today`; a refusal is remembered that long
REPEATED_AFTER = timedelta(minutes=10)  # a message later than this, with no human reply, weighs more
SHOWN_BEFORE = 2  # messages before the triggering one that the team sees
TRIES = 4


class Signals:
    """Raises signals of people who write."""

    def __init__(self, database: Database, keyring: Keyring, outbox: Outbox, team: CareTeam, clock: Clock = now) -> None:
        self.database = database
        self.keyring = keyring
        self.outbox = outbox
        self.team = team
        self.clock = clock

    def take(self, inbox: Inbox, accepted: Accepted, verdict: Verdict, *, language: str | None, role: str) -> Raised | None:
        """Judge a message of the inbox and raise its signal, whole or not at all; None when it is below `soon`.

        Idempotent: a message that was judged before changes nothing and gets the signal as it stands.
        """
        if not verdict.is_at_least("soon"):
            return None
        for attempt in range(TRIES):
            try:
                with self.database.exclusive() as session:
                    lock_person(session, accepted.person.id)
                    if inbox.note_verdict(session, accepted, verdict):
                        return self._raise(session, accepted, verdict, language, role)
                    row = newest(session, accepted.person.id)
                    return self.seen(row) if row else None
            except IntegrityError:  # another process was first with the same signal or digest: read again what is there
                if attempt == TRIES - 1:
                    raise
        return None

    def _raise(self, session: Session, accepted: Accepted, verdict: Verdict, language: str | None, role: str) -> Raised:
        at = self.clock()
        row = self._current(session, accepted.person.id, at)
        if row is None:
            return self._open(session, accepted, verdict, language, role, at)
        return self._join(session, row, accepted, verdict, language, at)

    def _current(self, session: Session, person_id: str, at: datetime) -> SignalRow | None:
        """The signal that a new message belongs to: the open one, or one that the person refused to share lately."""
        row = newest(session, person_id)
        if row is None or row.state != "closed":
            return row
        return row if row.outcome in ("refused", "withdrawn") and at - row.raised_at < WEEK else None

    def _open(
        self, session: Session, accepted: Accepted, verdict: Verdict, language: str | None, role: str, at: datetime
    ) -> Raised:
        level = verdict.level
        before = newest(session, accepted.person.id)
        if level == "soon" and before is not None and at - before.updated_at < WEEK:
            level = "today"
        row = SignalRow(
            person_id=accepted.person.id, level=level, domains=_joined(verdict.domains), whose=verdict.whose, role=role, state="new",
            language=language, channel=accepted.person.channel, raised_at=at, level_at=at, updated_at=at, consent="open", alerts=0, clarified=False,
        )  # fmt: skip
        self._keep_words(row, accepted, verdict)
        session.add(row)
        session.flush()
        note(session, row, "raised", "gate", at, detail=f"{verdict.level}: {row.domains}")
        if level != verdict.level:
            note(session, row, "escalated", "gate", at, detail="two soon in a week")
        return self._share(session, row, verdict, at, heightened=True)

    def _join(self, session: Session, row: SignalRow, accepted: Accepted, verdict: Verdict, language: str | None, at: datetime) -> Raised:
        if verdict.retracts:
            note(session, row, "retracted", "person", at)
            return self.seen(row)
        before = row.level
        level, why = self._heightened(row, verdict, at)
        note(session, row, "joined", "gate", at, detail=f"{verdict.level}: {_joined(verdict.domains)}")
        if verdict.level == "emergency" or (rank(verdict.level) >= rank(before) and row.consent != "withdrawn"):
            self._keep_words(row, accepted, verdict)
        row.domains = _joined((*verdict.domains, *row.domains.split(",")))
        row.language, row.updated_at, row.asked = language or row.language, at, None
        if rank(level) > rank(before):
            row.level, row.level_at = level, at
            note(session, row, "escalated" if why else "heightened", "gate", at, detail=f"{before} -> {level}" + (f", {why}" if why else ""))
        return self._share(session, row, verdict, at, heightened=rank(level) > rank(before))

    def _heightened(self, row: SignalRow, verdict: Verdict, at: datetime) -> tuple[str, str]:
        """The level that a joined message makes, and which escalator did that."""
        level = highest((row.level, verdict.level))
        if row.state == "closed":
            return level, ""
        if row.level == verdict.level == "soon" and at - row.raised_at < WEEK:
            return "today", "two soon in a week"
        if row.alerts and row.state in UNANSWERED and level == row.level and level != "emergency" and at - row.level_at > REPEATED_AFTER:
            return raised(level), "no human reply"
        return level, ""

    def _share(self, session: Session, row: SignalRow, verdict: Verdict, at: datetime, *, heightened: bool) -> Raised:
        """Alert when the person allowed it or life is at risk; otherwise say whether to ask."""
        if row.level == "emergency" and row.consent != "given":
            row.consent = "needless"
        elif row.state == "closed" and heightened:
            row.consent = "open"
        if heightened and row.state in ("taken", "contacted", "closed"):
            row.state, row.outcome, row.closed_at, row.owner_id = "reopened", None, None, None
            note(session, row, "reopened", "gate", at)
        alerted = heightened and row.consent in SHARED and self.share(session, row, "gate")
        clarify = verdict.unclear and not row.clarified and row.level != "emergency"
        if clarify:
            row.clarified, row.asked = True, "clarify"
        return self.seen(row, alerted=alerted, clarify=clarify)

    def seen(self, row: SignalRow, *, alerted: bool = False, clarify: bool = False) -> Raised:
        """What the reply must know. Consent is asked when there is a team to share with, and after the clarification."""
        wants_consent = row.consent in ("open", "asked") and row.level in ("soon", "today") and row.state != "closed"
        ask = wants_consent and not clarify and self.team.state(self.clock()).configured
        if ask:
            row.consent, row.asked = "asked", "consent"
        return Raised(row.id, row.level, row.consent, tuple(row.domains.split(",")), row.alerts, alerted, ask, clarify)

    def _keep_words(self, row: SignalRow, accepted: Accepted, verdict: Verdict) -> None:
        words = [said.text for said in accepted.earlier[-SHOWN_BEFORE:]] + [accepted.text]
        row.sealed_messages = self.seal(accepted.person.wrapped_key, accepted.person.id, words)
        row.sealed_evidence = self.seal(accepted.person.wrapped_key, accepted.person.id, [asdict(piece) for piece in verdict.evidence])

    def seal(self, wrapped_key: bytes, person_id: str, data: object) -> bytes:
        return self.keyring.seal(wrapped_key, person_id, json.dumps(data).encode("utf-8", "backslashreplace"))

    def share(self, session: Session, row: SignalRow, by: str) -> bool:
        """Start a round of alerts for a signal that may be shared. False when there is nobody to tell."""
        at = self.clock()
        alerted = ladder.schedule(session, self.outbox, self.team, row, at)
        if alerted:
            note(session, row, "alert_queued", by, at, detail=f"round {row.alerts}")
        return alerted


def lock_person(session: Session, person_id: str) -> None:
    """One transaction at a time per person (PostgreSQL; SQLite has one writer anyway)."""
    session.execute(select(PersonRow.id).where(PersonRow.id == person_id).with_for_update())


def newest(session: Session, person_id: str) -> SignalRow | None:
    """The person's open signal, else the last one."""
    mine = select(SignalRow).where(SignalRow.person_id == person_id)
    is_open = session.execute(mine.where(SignalRow.state != "closed")).scalar_one_or_none()
    return is_open or session.execute(mine.order_by(SignalRow.id.desc()).limit(1)).scalar_one_or_none()


def note(session: Session, row: SignalRow, what: str, by: str, at: datetime, *, detail: str | None = None) -> None:
    """Add to the log of a signal. `detail` never holds words of the person."""
    session.add(SignalEventRow(signal_id=row.id, what=what, by=by, at=at, detail=detail))


def _joined(domains: tuple[str, ...]) -> str:
    return ",".join(dict.fromkeys(filter(None, domains)))[:255]
