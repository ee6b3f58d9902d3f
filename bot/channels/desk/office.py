"""What the desk works with, once per process: accounts, sessions, audit, and the parts of bot/signals. Owns putting them together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.desk.accounts import Accounts
from bot.channels.desk.audit import Audit
from bot.channels.desk.sessions import Sessions
from bot.signals.casework import Casework
from bot.signals.queue import Queue
from bot.signals.relay import Relays
from bot.signals.room import Room
from bot.signals.roster import Roster
from bot.signals.statistics import Statistics
from knowledge.care_texts import care_texts


@dataclass(frozen=True)
class Office:
    """The parts."""

    room: Room
    accounts: Accounts
    sessions: Sessions
    audit: Audit
    queue: Queue
    relays: Relays
    casework: Casework
    statistics: Statistics
    roster: Roster


def open_office(room: Room) -> Office:
    """The parts over a room."""
    database, clock = room.people.database, room.clock
    relays = Relays(room.signals, care_texts())
    return Office(
        room,
        Accounts(database, room.people.keyring, clock),
        Sessions(database, clock),
        Audit(database, clock),
        Queue(database, clock),
        relays,
        Casework(room.signals, relays),
        Statistics(database, clock),
        Roster(database),
    )
