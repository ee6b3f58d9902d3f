"""The page with a person's own check-in, to keep, print or show. Owns the page; GET /checkin/summary?language=nl.

Only the browser that wrote it gets it (the cookie of the chat page), it is sent to nobody, and no copy is kept anywhere. "Print, or save as PDF" is
the browser's own: it knows the fonts of every script, which none of our packages does.
"""

from __future__ import annotations

import asyncio
from html import escape
from string import Template

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.channels.web import visitor
from bot.channels.web.assets import FOLDER
from bot.channels.web.page import HEADERS
from bot.channels.web.words import RIGHT_TO_LEFT
from bot.checkin.lines import lines
from bot.checkin.register import Checkin, Checkins
from bot.people.registry import People
from knowledge.checkin_texts import checkin_texts
from knowledge.library import library

PATH = "/checkin/summary"
FOR_CARERS = ("nl", "fr")  # what a midwife or doctor here reads


def summary_page() -> Blueprint:
    """The page as a part of the Sanic application."""
    routes = Blueprint("checkin_summary")
    template = Template((FOLDER / "summary.html").read_text("utf-8"))

    @routes.get(PATH)
    async def page(request: Request) -> HTTPResponse:
        language = _language(request)
        found = await asyncio.to_thread(_last_of, visitor.known(request))
        return response.html(_page(template, found, language), status=200 if found else 404)

    @routes.middleware("response")
    async def guard(_: Request, answer: HTTPResponse) -> None:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Cache-Control", "no-store")

    return routes


def _language(request: Request) -> str:
    asked = request.args.get("language")
    return asked if asked in library().languages else "nl"


def _last_of(cookie: str | None) -> Checkin | None:
    from bot.runtime import people  # opened at first use: not before the server's processes fork

    return _last(people(), cookie) if cookie else None


def _last(people: People, cookie: str) -> Checkin | None:
    person = people.at("web", cookie)
    return Checkins(people).last(person) if person else None


def _page(template: Template, checkin: Checkin | None, language: str) -> str:
    texts = checkin_texts()
    if checkin is None:
        body, day = f"<p>{escape(texts.say('summary', 'nothing', language))}</p>", ""
    else:
        body = "\n".join(_section(checkin, each) for each in dict.fromkeys((language, *FOR_CARERS)))
        day = f"{checkin.ended_at:%d/%m/%Y}"
    return template.substitute(
        language=language,
        direction=_direction(language),
        title=escape(texts.say("summary", "title", language)),
        day=day,
        intro=escape(texts.say("summary", "intro", language)) if checkin else "",
        print=escape(texts.say("summary", "print", language)),
        hidden="" if checkin else " hidden",
        body=body,
    )


def _section(checkin: Checkin, language: str) -> str:
    """The answers in one language; the person's own words stay as they are."""
    said = lines(checkin.answers, checkin.words, language, partner=checkin.partner)
    items = "\n".join(f'<li dir="auto">{escape(line)}</li>' for line in said)
    name = escape(library().text("language_name", language))
    return f'<section lang="{language}" dir="{_direction(language)}"><h2>{name}</h2><ul>\n{items}\n</ul></section>'


def _direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
