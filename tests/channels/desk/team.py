"""The team of these tests: an and bea are carers on duty day and night, cor coordinates. Each has an account; their codes are computed."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp

from bot.channels.desk.accounts import Accounts, Enrolment
from bot.people.keys import Keyring
from bot.people.registry import People
from bot.store.database import Database
from bot.store.desk_models import DeskUserRow
from bot.store.signal_models import CareMemberRow, DutyShiftRow

KEY = bytes(range(32))
PASSWORD = "a rather long password"
REACHED = "the desk is open"
ROLES = {"an": "carer", "bea": "carer", "cor": "coordinator"}


@dataclass
class Team:
    """Accounts over a database."""

    database: Database
    accounts: Accounts
    secrets: dict[str, str]

    def code(self, name: str) -> str:
        """A code that counts now. The test forgets that the last one was used: waiting half a minute for the next would prove nothing."""
        with self.database.session() as session:
            session.query(DeskUserRow).update({"totp_step": 0})
        return pyotp.TOTP(self.secrets[name]).now()


def set_up(database: Database) -> Team:
    """The team with its accounts in an empty database."""
    with database.session() as session:
        rows = [CareMemberRow(name=name, role=role, mail=f"{name}@team.example") for name, role in ROLES.items()]
        session.add_all(rows)
        session.flush()
        session.add_all(
            DutyShiftRow(member_id=row.id, weekday=day, start_minute=0, end_minute=1440, holidays=True) for row in rows[:2] for day in range(7)
        )
    accounts = Accounts(database, Keyring(KEY))
    titles = {"an": "midwife"}
    made: list[Enrolment] = [accounts.add(name, PASSWORD, title=titles.get(name), language="en") for name in ROLES]
    return Team(database, accounts, {each.name: each.secret for each in made})


def people_of(database: Database) -> People:
    return People(database, Keyring(KEY))
