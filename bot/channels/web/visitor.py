"""Who writes on the chat page: a random cookie, nothing else. Owns making, reading and forgetting it."""

from __future__ import annotations

import re
import secrets

from sanic import Request
from sanic.response import HTTPResponse

from bot.settings import Settings

COOKIE = "kiem"
BYTES = 32  # 256 bits: cannot be guessed
DAYS = 30
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def known(request: Request) -> str | None:
    """The visitor's cookie, if it has the form of one of ours."""
    value = request.cookies.get(COOKIE) or ""
    return value if _FORM.fullmatch(value) else None


def new() -> str:
    return secrets.token_urlsafe(BYTES)


def keep(answer: HTTPResponse, value: str, request: Request, settings: Settings) -> None:
    """Set the cookie. Only a browser on this very machine may get it without TLS."""
    _set(answer, value, DAYS * 24 * 3600, request, settings)


def forget(answer: HTTPResponse, request: Request, settings: Settings) -> None:
    _set(answer, "", 0, request, settings)


def _set(answer: HTTPResponse, value: str, seconds: int, request: Request, settings: Settings) -> None:
    behind_tls = request.headers.get("x-forwarded-proto") == "https"
    answer.cookies[COOKIE] = value
    cookie = answer.cookies[COOKIE]
    cookie["path"] = "/"
    cookie["max-age"] = seconds
    cookie["httponly"] = True
    cookie["samesite"] = "Strict"
    if behind_tls or not settings.on_loopback:
        cookie["secure"] = True
