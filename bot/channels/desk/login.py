"""Logging in and out of the desk. Owns these two forms; passwords and lock-out are accounts.py."""

from __future__ import annotations

import asyncio
import secrets

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.channels.desk import sessions
from bot.channels.desk.accounts import LANGUAGES
from bot.channels.desk.pages import Pages
from bot.errors import NotAdmitted
from bot.settings import Settings

AT_ONCE = 2  # passwords that are checked at the same time: each takes much memory on purpose


def serve_login(routes: Blueprint, office, pages: Pages, settings: Settings) -> None:
    """The routes /desk, /desk/login and /desk/logout. `office` is a function."""
    slots = asyncio.Semaphore(AT_ONCE)

    @routes.get("/desk")
    async def front(_: Request) -> HTTPResponse:
        return response.redirect("/desk/signals", status=303)

    @routes.get("/desk/login")
    async def form(request: Request) -> HTTPResponse:
        return show_form(pages, request, settings)

    @routes.post("/desk/login")
    async def enter(request: Request) -> HTTPResponse:
        if not sessions.carries(request, request.cookies.get(sessions.LOGIN_COOKIE) or ""):
            return show_form(pages, request, settings, 403, failed=True)
        fields = [(request.form.get(name) or "").replace("\0", "").strip() for name in ("name", "password", "code")]
        async with slots:
            token = await asyncio.to_thread(_admit, office(), *fields)
        if token is None:
            return show_form(pages, request, settings, 403, failed=True)
        answer = response.redirect("/desk/signals", status=303)
        sessions.set_cookie(answer, sessions.COOKIE, token, request, settings)
        sessions.set_cookie(answer, sessions.LOGIN_COOKIE, "", request, settings, 0)
        return answer

    @routes.post("/desk/logout")
    async def leave(request: Request) -> HTTPResponse:
        token = request.cookies.get(sessions.COOKIE)
        if token and sessions.carries(request, sessions.form_token(token)):
            await asyncio.to_thread(_end, office(), token)
        answer = response.redirect("/desk/login", status=303)
        sessions.set_cookie(answer, sessions.COOKIE, "", request, settings, 0)
        return answer


def show_form(pages: Pages, request: Request, settings: Settings, status: int = 200, *, failed: bool = False) -> HTTPResponse:
    """The form, with a token of its own that its cookie repeats."""
    token = secrets.token_urlsafe(32)
    answer = pages.show("login", _language(request), status, who=None, path="/desk/login", token=token, failed=failed)
    sessions.set_cookie(answer, sessions.LOGIN_COOKIE, token, request, settings)
    return answer


def _admit(office, name: str, password: str, code: str) -> str | None:
    try:
        user_id = office.accounts.admit(name, password, code)
    except NotAdmitted:
        office.audit.note(None, "login_failed")
        return None
    token = office.sessions.open(user_id)
    office.audit.note(office.sessions.find(token).member_id, "login")
    return token


def _end(office, token: str) -> None:
    who = office.sessions.find(token)
    office.sessions.end(token)
    if who is not None:
        office.audit.note(who.member_id, "logout")


def _language(request: Request) -> str:
    """The first of the browser's languages that the desk speaks."""
    wanted = (part.strip()[:2].lower() for part in (request.headers.get("accept-language") or "").split(","))
    return next((language for language in wanted if language in LANGUAGES), "nl")
