"""What goes out about a signal: alerts to the team, the digest, the steps of the ladder, and the heartbeat of the alert channel.

Owns their content, which is the least that lets somebody act: level, domains, language and the signal's number; no word and no name of anybody.
"""

from __future__ import annotations

import logging
from typing import Protocol

from sqlalchemy import select

from bot.delivery.courier import Deliver
from bot.delivery.outbox import Clock, Outbox, Parcel, finish
from bot.errors import NotDelivered
from bot.signals import ladder
from bot.signals.duty import CareTeam
from bot.signals.raising import note
from bot.signals.states import SHARED, UNANSWERED
from bot.store.database import Database
from bot.store.models import now
from bot.store.signal_models import SignalRow

logger = logging.getLogger(__name__)


class Transport(Protocol):
    """A way to alert people. Both methods raise NotDelivered."""

    kind: str

    def probe(self) -> None: ...

    def send(self, key: str, subject: str, lines: dict[str, str], recipients: list[str]) -> None: ...


class Alerts:
    """Delivers what the outbox holds about signals."""

    def __init__(self, database: Database, outbox: Outbox, team: CareTeam, transports: tuple[Transport, ...], clock: Clock = now) -> None:
        self._database = database
        self._outbox = outbox
        self._team = team
        self._transports = {transport.kind: transport for transport in transports}
        self._clock = clock

    def routes(self) -> dict[str, Deliver]:
        """Which kinds of the outbox this delivers, and how."""
        found: dict[str, Deliver] = {"ladder": self.climb}
        for kind in self._transports:
            found |= {f"alert.{kind}": self.alert, f"digest.{kind}": self.digest}
        return found

    def alert(self, parcel: Parcel) -> None:
        """Tell the team of one signal, unless somebody has it by now."""
        with self._database.session() as session:
            row = session.get(SignalRow, parcel.signal_id)
            if row is None or row.state not in UNANSWERED or row.consent not in SHARED:
                return
            level, lines = row.level, _lines(row)
        if parcel.step == "second":
            lines["step"] = "nobody has taken it yet"
        members = ladder.recipients(self._team, parcel.step, level, parcel.signal_id, self._clock())
        self._transport(parcel).send(parcel.key, f"Kiem: {level}, signal {parcel.signal_id}", lines, [member.mail for member in members])
        self._note_sent(parcel)

    def _note_sent(self, parcel: Parcel) -> None:
        with self._database.exclusive() as session:
            row = session.get(SignalRow, parcel.signal_id)
            if row is not None:
                if row.state == "new":
                    row.state = "notified"
                note(session, row, "alert_sent", "worker", self._clock(), detail=f"{parcel.kind} {parcel.step}")

    def digest(self, parcel: Parcel) -> None:
        """Tell who is on duty which `soon` signals wait."""
        with self._database.session() as session:
            waiting = (SignalRow.level == "soon", SignalRow.state.in_(("new", "reopened")), SignalRow.consent.in_(SHARED))
            ids = list(session.execute(select(SignalRow.id).where(*waiting).order_by(SignalRow.id).limit(200)).scalars())
        if not ids:
            return
        members = ladder.recipients(self._team, "digest", "soon", 0, self._clock())
        lines = {"level": "soon", "signals": ", ".join(map(str, ids)), "look": "kiem signals list"}
        self._transport(parcel).send(parcel.key, f"Kiem: {len(ids)} signals wait", lines, [member.mail for member in members])

    def climb(self, parcel: Parcel) -> None:
        """One step of the ladder, whole or not at all: alert more people, or tell the parent that nobody answered."""
        at = self._clock()
        with self._database.exclusive() as session:
            row = session.get(SignalRow, parcel.signal_id)
            if row is not None and row.state in UNANSWERED and parcel.key.startswith(f"{ladder.round_key(row)}:"):
                if parcel.step == "parent":
                    self._tell_parent(session, row)
                else:
                    ladder.put_alerts(session, self._outbox, self._team, row, parcel.step, at)
                note(session, row, f"ladder_{parcel.step}", "worker", at)
            finish(session, parcel, at)

    def _tell_parent(self, session, row: SignalRow) -> None:
        if row.person_id:
            about = {"step": "nobody", "signal_id": row.id, "person_id": row.person_id}
            self._outbox.put(session, f"{ladder.round_key(row)}:nobody", f"notice.{row.channel}", at=self._clock(), **about)

    def beat(self) -> None:
        """The heartbeat: try every way of alerting, and note whether one works."""
        works = [transport.kind for transport in self._transports.values() if _answers(transport)]
        self._team.note_heartbeat(self._clock(), works=bool(works))

    def _transport(self, parcel: Parcel) -> Transport:
        return self._transports[parcel.kind.partition(".")[2]]


def _answers(transport: Transport) -> bool:
    try:
        transport.probe()
    except NotDelivered as error:
        logger.warning("the alert channel %s does not work: %s", transport.kind, error)
        return False
    return True


def _lines(row: SignalRow) -> dict[str, str]:
    return {
        "signal": str(row.id),
        "level": row.level,
        "domains": row.domains.replace(",", ", "),
        "language": row.language or "unknown",
        "look": f"kiem signals show {row.id}",
    }
