"""Who is logged in to the desk. Owns the token, its cookie, the token that every form carries, and when a session ends.

The database keeps a hash of the token, so that a copy of it opens no session. The token of the forms is derived from the session's.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sanic import Request
from sanic.response import HTTPResponse
from sqlalchemy import delete, or_, select, update

from bot.delivery.outbox import Clock
from bot.settings import Settings
from bot.store.database import Database
from bot.store.desk_models import DeskSessionRow, DeskUserRow
from bot.store.models import now
from bot.store.signal_models import CareMemberRow

COOKIE = "kiem_desk"
LOGIN_COOKIE = "kiem_desk_form"  # holds the token of the login form, before there is a session
LONGEST = timedelta(hours=12)  # a shift
IDLE = timedelta(hours=1)  # an open page asks for news, and so is not idle; a closed laptop is
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Colleague:
    """Who is at the desk, and the token that their forms must carry."""

    user_id: int
    member_id: int
    name: str
    role: str
    title: str | None
    language: str
    form_token: str

    @property
    def coordinates(self) -> bool:
        return self.role == "coordinator"


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    def open(self, user_id: int) -> str:
        """A new session's token, for the cookie."""
        token, at = secrets.token_urlsafe(32), self._clock()
        with self._database.session() as session:
            over = or_(DeskSessionRow.created_at < at - LONGEST, DeskSessionRow.seen_at < at - IDLE)
            session.execute(delete(DeskSessionRow).where(over))
            session.add(DeskSessionRow(token_hash=_hash(token), user_id=user_id, created_at=at, seen_at=at))
        return token

    def find(self, token: str | None) -> Colleague | None:
        """Whose session it is; None when there is none, it is over, or the member left the team."""
        if not token:
            return None
        at = self._clock()
        with self._database.session() as session:
            found = session.execute(
                select(DeskSessionRow, DeskUserRow, CareMemberRow)
                .join(DeskUserRow, DeskUserRow.id == DeskSessionRow.user_id)
                .join(CareMemberRow, CareMemberRow.id == DeskUserRow.member_id)
                .where(DeskSessionRow.token_hash == _hash(token), CareMemberRow.active)
            ).first()
            if found is None:
                return None
            row, user, member = found
            if at - row.created_at > LONGEST or at - row.seen_at > IDLE:
                return None
            if at - row.seen_at > NOTED_EVERY:
                session.execute(update(DeskSessionRow).where(DeskSessionRow.id == row.id).values(seen_at=at))
            return Colleague(user.id, member.id, member.name, member.role, user.title, user.language, form_token(token))

    def end(self, token: str | None) -> None:
        with self._database.session() as session:
            session.execute(delete(DeskSessionRow).where(DeskSessionRow.token_hash == _hash(token or "")))

    def speak(self, user_id: int, language: str) -> None:
        """The language of the desk for a user."""
        with self._database.session() as session:
            session.execute(update(DeskUserRow).where(DeskUserRow.id == user_id).values(language=language))


def form_token(token: str) -> str:
    """What the forms of a session carry."""
    return hmac.new(token.encode(), b"kiem desk form", "sha256").hexdigest()


def carries(request: Request, expected: str) -> bool:
    """Whether a form carries the expected token."""
    sent = request.form.get("token") or ""
    return bool(expected) and hmac.compare_digest(sent.encode("utf-8", "replace"), expected.encode())


def set_cookie(answer: HTTPResponse, name: str, value: str, request: Request, settings: Settings, seconds: int = 12 * 3600) -> None:
    """A cookie that no script and no other site can use. Only a browser on this very machine may get it without TLS."""
    answer.cookies[name] = value
    cookie = answer.cookies[name]
    cookie["path"] = "/desk"
    cookie["max-age"] = seconds
    cookie["httponly"] = True
    cookie["samesite"] = "Strict"
    if request.headers.get("x-forwarded-proto") == "https" or not settings.on_loopback:
        cookie["secure"] = True


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
