"""One request at the desk: who comes in, what they may, what they get. Owns the guard of every route; no page's contents.

The order: session, role, the token of the form, the audit log, then the page. A page that cannot be logged is not shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.desk import sessions
from bot.channels.desk.office import Office
from bot.channels.desk.pages import Pages
from bot.channels.desk.sessions import Colleague
from bot.errors import UnknownMember, UnknownSignal

logger = logging.getLogger(__name__)
MOST_NUMBER = 2**31 - 1  # of an id that any database takes
Page = Callable[["Visit"], HTTPResponse]


@dataclass(frozen=True)
class Visit:
    """A request that was let in; `signal_id` is of its address, where it names one."""

    request: Request
    office: Office
    pages: Pages
    who: Colleague
    signal_id: int = 0

    def said(self, name: str) -> str:
        """A field of the form."""
        return (self.request.form.get(name) or "").replace("\0", "").encode("utf-8", "replace").decode().strip()

    def asked(self, name: str) -> str:
        """A field of the address."""
        return (self.request.args.get(name) or "").replace("\0", "").strip()

    def asked_number(self, name: str) -> int | None:
        return read_number(self.asked(name))

    def show(self, page: str, status: int = 200, **values: Any) -> HTTPResponse:
        return self.pages.show(page, self.who.language, status, who=self.who, path=self.request.path, **values)


def read_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:12]) <= MOST_NUMBER else None


class Doors:
    """Puts pages behind the guard."""

    def __init__(self, routes: Blueprint, office: Callable[[], Office], pages: Pages) -> None:
        self._routes = routes
        self._office = office
        self._pages = pages

    def view(self, path: str, page: Page, what: str, *, role: str = "carer") -> None:
        """A page to look at, logged as `what`."""
        self._door("GET", path, page, what, role)

    def news(self, path: str, page: Page) -> None:
        """A part that an open page asks for again and again: not logged, 401 without a session."""
        self._door("GET", path, page, None, "carer")

    def act(self, path: str, page: Page, what: str, *, role: str = "carer") -> None:
        """A form that changes something, logged as `what`."""
        self._door("POST", path, page, what, role)

    def _door(self, method: str, path: str, page: Page, what: str | None, role: str) -> None:
        async def enter(request: Request, number: str = "") -> HTTPResponse:
            return await asyncio.to_thread(self._enter, request, page, what, role, number)

        name = f"{method.lower()}_{path.strip('/').translate(str.maketrans('/<>:-', '_____'))}"
        self._routes.add_route(enter, path, methods=[method], name=name)

    def _enter(self, request: Request, page: Page, what: str | None, role: str, number: str) -> HTTPResponse:
        try:
            office = self._office()
            who = office.sessions.find(request.cookies.get(sessions.COOKIE))
            if who is None:
                return self._unknown(request, what)
            visit = Visit(request, office, self._pages, who, read_number(number) or 0)
            refused = self._refused(visit, role)
            if refused or what:
                office.audit.note(who.member_id, "refused" if refused else what, visit.signal_id or None, what if refused else None)
            return visit.show("message", 403, title="refused", more="refused_more") if refused else _opened(visit, page)
        except SQLAlchemyError as error:
            logger.error("the desk cannot reach the database: %s", type(error).__name__)
            return response.text("The database does not answer.", 503)

    def _unknown(self, request: Request, what: str | None) -> HTTPResponse:
        if what is None:
            return response.empty(401)
        return response.redirect("/desk/login", status=303)

    def _refused(self, visit: Visit, role: str) -> bool:
        if role == "coordinator" and not visit.who.coordinates:
            return True
        return visit.request.method == "POST" and not sessions.carries(visit.request, visit.who.form_token)


def _opened(visit: Visit, page: Page) -> HTTPResponse:
    """The page, or what went wrong in the reader's language: the errors of the rooms below are written for the terminal."""
    try:
        return page(visit)
    except UnknownSignal:
        acts = visit.request.method == "POST"
        more = {"more": "failed_more"} if acts else {}
        return visit.show("message", 409 if acts else 404, title="failed" if acts else "missing", back=visit.signal_id if acts else 0, **more)
    except UnknownMember:
        return visit.show("message", 409, title="failed", more="failed_more", back=visit.signal_id)
