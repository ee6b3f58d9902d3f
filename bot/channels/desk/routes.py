"""All routes under /desk, with their security headers. Owns putting them together.

    /desk/login, /desk/logout                 everybody
    /desk/signals, /desk/search, /desk/duty   the care team
    /desk/audit, /desk/statistics             coordinators, who also change the duty calendar
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.channels.desk.login import serve_login
from bot.channels.desk.office import Office, open_office
from bot.channels.desk.pages import Pages
from bot.channels.desk.signals import serve_signals
from bot.channels.desk.team import serve_team
from bot.channels.desk.visit import Doors
from bot.channels.web.assets import send
from bot.channels.web.page import HEADERS
from bot.settings import Settings
from bot.signals.room import Room
from knowledge.care_texts import desk_texts


def care_desk(settings: Settings, room: Callable[[], Room]) -> Blueprint:
    """The desk as a part of the Sanic application. `room` is called at the first request, so after a fork."""
    routes = Blueprint("desk")
    office: Callable[[], Office] = cache(lambda: open_office(room()))
    pages = Pages(desk_texts())
    doors = Doors(routes, office, pages)
    serve_login(routes, office, pages, settings)
    serve_signals(doors)
    serve_team(doors)

    @routes.get("/desk/static/<name:str>")
    async def static(request: Request, name: str) -> HTTPResponse:
        return send(pages.assets[name], request) if name in pages.assets else response.empty(404)

    @routes.middleware("response")
    async def guard(_: Request, answer: HTTPResponse) -> None:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Cache-Control", "no-store")

    return routes
