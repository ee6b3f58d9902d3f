"""What a carer does with a signal beside taking and closing it: hand it over, note something. Owns whose signal it is; states: care.py.

A coordinator may act on everybody's signals, a carer on their own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.errors import UnknownSignal
from bot.signals.care import find_member
from bot.signals.raising import Signals, note
from bot.signals.relay import Relays
from bot.signals.states import SHARED
from bot.store.desk_models import SignalNoteRow
from bot.store.models import PersonRow
from bot.store.signal_models import CareMemberRow, SignalRow

LONGEST_NOTE = 4000  # characters
OWNED = ("taken", "contacted")


@dataclass(frozen=True)
class Note:
    """What a member noted."""

    at: datetime
    by: str | None
    text: str


class Casework:
    """Hands over and notes."""

    def __init__(self, signals: Signals, relays: Relays) -> None:
        self._signals = signals
        self._relays = relays

    def hand_over(self, signal_id: int, member: str, to: str) -> None:
        """Make a colleague the owner; a running talk goes on with them. Conditional: only who still has it can give it away.

        Raises:
            UnknownSignal: somebody else has it by now.
            UnknownMember: nobody is called that.
        """
        with self._signals.database.exclusive() as session:
            who, colleague = find_member(session, member), find_member(session, to)
            row, at = _shared(session, signal_id), self._signals.clock()
            mine = [SignalRow.id == row.id, SignalRow.state.in_(OWNED)]
            if who.role != "coordinator":
                mine.append(SignalRow.owner_id == who.id)
            move = update(SignalRow).where(*mine).values(owner_id=colleague.id, updated_at=at)
            if session.execute(move.execution_options(synchronize_session=False)).rowcount != 1:
                raise UnknownSignal(f"Signal {signal_id} is not yours to hand over.")
            session.refresh(row)
            note(session, row, "handed_over", f"member:{who.id}", at, detail=f"member:{colleague.id}")
            self._relays.hand_over(session, row, colleague.id)

    def write_note(self, signal_id: int, member: str, text: str) -> None:
        """Keep a note, sealed with the parent's key.

        Raises:
            UnknownSignal: there is no text, or the person was erased.
        """
        if not text.strip() or len(text) > LONGEST_NOTE:
            raise UnknownSignal(f"A note has 1 to {LONGEST_NOTE} characters.")
        with self._signals.database.exclusive() as session:
            who, row, at = find_member(session, member), _shared(session, signal_id), self._signals.clock()
            if row.person_id is None:
                raise UnknownSignal(f"The person of signal {signal_id} was erased: nothing can be added.")
            key = session.execute(select(PersonRow.wrapped_key).where(PersonRow.id == row.person_id)).scalar_one()
            session.add(SignalNoteRow(signal_id=row.id, member_id=who.id, at=at, sealed_text=self._signals.seal(key, row.person_id, text)))
            note(session, row, "note", f"member:{who.id}", at)

    def notes(self, signal_id: int) -> list[Note]:
        """The notes of a signal, oldest first. Raises UnknownSignal when it is not shared."""
        with self._signals.database.session() as session:
            row = _shared(session, signal_id)
            key = session.execute(select(PersonRow.wrapped_key).where(PersonRow.id == row.person_id)).scalar()
            if key is None:
                return []
            found = select(SignalNoteRow, CareMemberRow.name).outerjoin(CareMemberRow, CareMemberRow.id == SignalNoteRow.member_id)
            rows = session.execute(found.where(SignalNoteRow.signal_id == signal_id).order_by(SignalNoteRow.id))
            return [Note(each.at, by, json.loads(self._signals.keyring.open(key, row.person_id, each.sealed_text))) for each, by in rows]

    def may_act(self, signal_id: int, member: str) -> bool:
        """Whether the signal is the member's, or the member coordinates."""
        with self._signals.database.session() as session:
            who, row = find_member(session, member), _shared(session, signal_id)
            return who.role == "coordinator" or row.owner_id == who.id


def _shared(session: Session, signal_id: int) -> SignalRow:
    row = session.execute(select(SignalRow).where(SignalRow.id == signal_id).with_for_update()).scalar_one_or_none()
    if row is None or row.consent not in SHARED:
        raise UnknownSignal(f"There is no signal {signal_id} that may be seen.")
    return row
