"""Accounts of the care desk. Owns passwords, one-time codes and the lock-out; who is in the team is bot/signals/roster.py, sessions are sessions.py.

A try is counted before it is judged, so that many guesses at once get no more than MOST_TRIES. A code of the authenticator counts once.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update

from bot.delivery.outbox import Clock
from bot.errors import NotAdmitted, UnknownMember
from bot.people.keys import Keyring
from bot.signals.care import find_member
from bot.store.database import Database
from bot.store.desk_models import DeskSessionRow, DeskUserRow
from bot.store.models import now
from bot.store.signal_models import CareMemberRow

MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 12  # characters
LONGEST_PASSWORD = 256
LANGUAGES = ("nl", "fr", "en")
STEP = 30  # seconds that a code holds; one step before and after counts too, for clocks that differ
ISSUER = "Kiem"
_hasher = PasswordHasher()


@dataclass(frozen=True)
class Enrolment:
    """What a new user must be given once: the secret of the authenticator, as text and as the address that apps read."""

    name: str
    secret: str
    address: str


class Accounts:
    """Makes accounts and admits people."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock = now) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def add(self, name: str, password: str, *, title: str | None = None, language: str = "nl") -> Enrolment:
        """An account for a member of the team, or a new password and secret for one that exists; it ends their sessions.

        Raises:
            UnknownMember: nobody has that name, the password is too short, or the desk does not speak the language.
        """
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise UnknownMember(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
        if language not in LANGUAGES:
            raise UnknownMember(f"The desk speaks {', '.join(LANGUAGES)}.")
        secret, wrapped = pyotp.random_base32(), self._keyring.new_key()
        with self._database.exclusive() as session:
            member = find_member(session, name)
            row = session.execute(select(DeskUserRow).where(DeskUserRow.member_id == member.id)).scalar_one_or_none()
            if row is None:
                row = DeskUserRow(member_id=member.id, created_at=self._clock())
                session.add(row)
            row.title, row.language = title or row.title, language
            row.password_hash, row.wrapped_key = _hasher.hash(password), wrapped
            row.sealed_totp = self._keyring.seal(wrapped, f"desk:{member.id}", json.dumps(secret).encode())
            row.totp_step, row.tries, row.locked_until = 0, 0, None
            session.flush()
            session.execute(delete(DeskSessionRow).where(DeskSessionRow.user_id == row.id))
        return Enrolment(name, secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))

    def everybody(self) -> list[dict[str, Any]]:
        """The accounts as rows that are easy to print."""
        at = self._clock()
        with self._database.session() as session:
            found = session.execute(select(DeskUserRow, CareMemberRow).join(CareMemberRow).order_by(DeskUserRow.id))
            return [
                {"name": member.name, "role": member.role, "title": user.title, "language": user.language, "locked": _is_locked(user, at)}
                for user, member in found
            ]

    def unlock(self, name: str) -> None:
        """Let somebody try again at once. Raises UnknownMember."""
        self._change(name, update(DeskUserRow).values(tries=0, locked_until=None))

    def remove(self, name: str) -> None:
        """No way in any more; the sessions end too. Raises UnknownMember."""
        self._change(name, delete(DeskUserRow))

    def _change(self, name: str, statement: Any) -> None:
        with self._database.session() as session:
            member = select(CareMemberRow.id).where(CareMemberRow.name == name).scalar_subquery()
            changed = session.execute(statement.where(DeskUserRow.member_id == member).execution_options(synchronize_session=False))
            if changed.rowcount != 1:
                raise UnknownMember(f"{name} has no account. `kiem desk-user list` shows who has.")

    def admit(self, name: str, password: str, code: str) -> int:
        """The id of the user whose name, password and code these are. Takes as long for a name that nobody has.

        Raises:
            NotAdmitted: anything is wrong, or there were too many tries. It never says which.
        """
        user = self._count_try(name)
        fits = _verify(user.password_hash if user else _nobody(), password[:LONGEST_PASSWORD])
        if user is None or not fits or not self._use_code(user, code):
            self._lock_if_full(user)
            raise NotAdmitted("The name, the password or the code is not right, or there were too many tries.")
        with self._database.session() as session:
            session.execute(update(DeskUserRow).where(DeskUserRow.id == user.id).values(tries=0, locked_until=None))
        return user.id

    def _count_try(self, name: str) -> DeskUserRow | None:
        """The user, if one more try is allowed."""
        at = self._clock()
        with self._database.exclusive() as session:
            active = (CareMemberRow.name == name, CareMemberRow.active)
            user = session.execute(select(DeskUserRow).join(CareMemberRow).where(*active)).scalar_one_or_none()
            if user is None:
                return None
            over = (DeskUserRow.id == user.id, DeskUserRow.locked_until <= at)
            session.execute(update(DeskUserRow).where(*over).values(tries=0, locked_until=None).execution_options(synchronize_session=False))
            free = (DeskUserRow.id == user.id, DeskUserRow.tries < MOST_TRIES, DeskUserRow.locked_until.is_(None))
            counted = update(DeskUserRow).where(*free).values(tries=DeskUserRow.tries + 1).execution_options(synchronize_session=False)
            return user if session.execute(counted).rowcount == 1 else None

    def _lock_if_full(self, user: DeskUserRow | None) -> None:
        if user is not None:
            full = (DeskUserRow.id == user.id, DeskUserRow.tries >= MOST_TRIES, DeskUserRow.locked_until.is_(None))
            with self._database.session() as session:
                session.execute(update(DeskUserRow).where(*full).values(locked_until=self._clock() + LOCKED_FOR))

    def _use_code(self, user: DeskUserRow, code: str) -> bool:
        """Whether the code is one of now; of two logins with the same code, one gets in."""
        secret = json.loads(self._keyring.open(user.wrapped_key, f"desk:{user.member_id}", user.sealed_totp))
        step = _step_of(secret, code, int(self._clock().timestamp()))
        if step is None:
            return False
        with self._database.session() as session:
            unused = (DeskUserRow.id == user.id, DeskUserRow.totp_step < step)
            return session.execute(update(DeskUserRow).where(*unused).values(totp_step=step)).rowcount == 1


def _step_of(secret: str, code: str, at: int) -> int | None:
    """The half minute a code belongs to, if it is the one of now or a neighbour."""
    said = code.replace(" ", "")
    totp = pyotp.TOTP(secret)
    for step in (at // STEP, at // STEP - 1, at // STEP + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), said.encode("utf-8", "replace")):
            return step
    return None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash that no password fits: checking it takes as long as checking a real one."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _is_locked(user: DeskUserRow, at: Any) -> bool:
    return user.locked_until is not None and user.locked_until > at
