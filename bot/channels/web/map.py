"""The map page and the open data. Owns their requests and answers; finding and wording belong to knowledge.social_map. The contract:

    GET /map?q=&place=&category=&open=&language=   the page; its address is the link to share
    GET /map/api/services?…&page=&per_page=        HSDS 3.0 services, paginated
    GET /map/api/services/<id>                     one service, nested
    GET /map/api/openapi.json                      the description

Read only, without cookies; nothing that is asked is stored.
"""

from __future__ import annotations

import asyncio
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.channels.web.page import guard
from bot.channels.web.words import RIGHT_TO_LEFT, language_for, own_name
from bot.runtime import social_map
from knowledge.library import Library, library
from knowledge.places.gazetteer import gazetteer
from knowledge.social_map.cards import as_data, card, telephone
from knowledge.social_map.categories import categories
from knowledge.social_map.exchange import nested_service
from knowledge.social_map.search import Found

FOLDER = Path(__file__).parent / "static"
SHOWN = 12
MOST_PER_PAGE = 100
LONGEST = 200  # characters of a search


def map_page(known: Library | None = None) -> Blueprint:
    """The routes, as a part of the Sanic application."""
    routes = Blueprint("map")
    known = known or library()
    guard(routes)
    template = Template((FOLDER / "map.html").read_text("utf-8"))

    @routes.get("/map")
    async def page(request: Request) -> HTTPResponse:
        language = request.args.get("language")
        language = language if language in known.languages else language_for(known, request.headers.get("accept-language") or "")
        found = await asyncio.to_thread(_find, request, language)
        return response.html(template.substitute(_words(request, known, language, found)), headers={"Vary": "Accept-Language"})

    @routes.get("/map/api/services")
    async def services(request: Request) -> HTTPResponse:
        number, size = _number(request, "page", 1, 10**6), _number(request, "per_page", 20, MOST_PER_PAGE)
        if number is None or size is None:
            return response.json({"error": f"`page` and `per_page` are whole numbers from 1; `per_page` at most {MOST_PER_PAGE}."}, status=400)
        return response.json(await asyncio.to_thread(_page_of_services, number, size), ensure_ascii=False)

    @routes.get("/map/api/services/<key:str>")
    async def service(_: Request, key: str) -> HTTPResponse:
        found = await asyncio.to_thread(_service, key)
        return response.json(found, ensure_ascii=False) if found else response.json({"error": "There is no such service."}, status=404)

    @routes.get("/map/api/search")
    async def search(request: Request) -> HTTPResponse:
        language = request.args.get("language") if request.args.get("language") in known.languages else "en"
        found = await asyncio.to_thread(_find, request, language)
        return response.json([as_data(one, language) for one in found], ensure_ascii=False)

    @routes.get("/map/api/openapi.json")
    async def description(_: Request) -> HTTPResponse:
        return response.json(OPENAPI)

    return routes


def _find(request: Request, language: str) -> list[Found]:
    text, category = (request.args.get("q") or "")[:LONGEST].replace("\0", ""), request.args.get("category") or ""
    place = gazetteer().find((request.args.get("place") or "")[:60])
    scores = categories().scores(text, language)
    kinds = [category] if category in categories().ids else sorted(scores, key=scores.__getitem__, reverse=True)[:4]
    return social_map().search(text, kinds, place=place, language=language, open_now=request.args.get("open") == "1", limit=SHOWN)


def _words(request: Request, known: Library, language: str, found: list[Found]) -> dict[str, str]:
    def word(key: str, **values: str) -> str:
        return known.text(key, language, **values)

    chosen, place = request.args.get("category") or "", gazetteer().find((request.args.get("place") or "")[:60])
    names = sorted(((categories().name(category, language), category) for category in categories().ids), key=lambda pair: pair[0].casefold())
    instead = bool(found) and ("instead", "") in found[0].because
    intro = word("map_instead") if instead else word("map_intro_place", place=place.called(language)) if place else word("map_intro")
    texts = {name: word(f"map_page_{name}") for name in ("title", "what", "kind", "any", "open", "search", "share")}
    plain = texts | {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "place_label": word("map_page_place"),
        "q": (request.args.get("q") or "")[:LONGEST],
        "place": (request.args.get("place") or "")[:60],
        "intro": intro,
        "languages_label": word("menu_language"),
    }
    return {name: escape(text) for name, text in plain.items()} | {
        "open_checked": " checked" if request.args.get("open") == "1" else "",
        "options": "".join(f'<option value="{key}"{" selected" if key == chosen else ""}>{escape(name)}</option>' for name, key in names),
        "languages": " ".join(_language_link(request, known, code) for code in known.languages),
        "cards": "".join(_card(one, language, word) for one in found),
    }


def _language_link(request: Request, known: Library, code: str) -> str:
    asked = {name: request.args.get(name) for name in ("q", "place", "category", "open") if request.args.get(name)} | {"language": code}
    return f'<a href="/map?{escape(urlencode(asked))}" lang="{code}" dir="auto">{escape(own_name(known, code))}</a>'


def _card(one: Found, language: str, word: Any) -> str:
    name, *lines = card(one.entry, language, word).split("\n")
    return f'<li><h3 dir="auto">{escape(name)}</h3>{"".join(f"<p>{_line(line, one)}</p>" for line in lines)}</li>'


def _line(line: str, one: Found) -> str:
    """A line with its web address or phone as a link."""
    if line.startswith(("https://", "http://")):
        return f'<a href="{escape(line)}" rel="noreferrer noopener" dir="ltr">{escape(line)}</a>'
    text = escape(line)
    for number in one.entry.phones:
        text = text.replace(escape(number), f'<a href="{telephone(number)}" dir="ltr">{escape(number)}</a>', 1)
    return text


def _number(request: Request, name: str, otherwise: int, most: int) -> int | None:
    raw = request.args.get(name)
    if raw is None:
        return otherwise
    return int(raw) if raw.isascii() and raw.isdigit() and 1 <= int(raw[:9]) <= most else None


def _page_of_services(number: int, size: int) -> dict[str, Any]:
    opened = social_map()
    with opened.engine.connect() as connection:
        total, rows = opened.services(connection, offset=(number - 1) * size, most=size)
    contents = [nested_service(row, rows) for row in rows["service"]]
    pages = max(1, -(-total // size))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def _service(key: str) -> dict[str, Any] | None:
    opened = social_map()
    with opened.engine.connect() as connection:
        _, rows = opened.services(connection, key=key)
    return nested_service(rows["service"][0], rows) if rows["service"] else None


def _parameter(name: str, kind: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": about, "schema": {"type": kind} | ({"minimum": 1} if kind == "integer" else {})}


_OBJECT = {"type": "object", "required": ["id", "name", "status"], "properties": {name: {"type": "string"} for name in ("id", "name", "status")}}
_ERROR = {
    "description": "What is wrong",
    "content": {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}}}},
}


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "Found", "content": {"application/json": {"schema": schema}}}


_ASKED = [
    _parameter("q", "string", "Words"),
    _parameter("place", "string", "Town or postcode"),
    _parameter("category", "string", "A service category"),
    _parameter("language", "string", "Language of the reader"),
]
_PAGE = {"type": "object", "required": ["total_items", "contents"], "properties": {"contents": {"type": "array", "items": _OBJECT}}}
OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {
        "title": "Kiem social map",
        "version": "3.0",
        "description": "Open Referral HSDS 3.0, read only. Not every entry is verified: see `kiem`.",
    },
    "paths": {
        "/map/api/services": {
            "get": {
                "parameters": [_parameter("page", "integer", "From 1"), _parameter("per_page", "integer", f"At most {MOST_PER_PAGE}")],
                "responses": {"200": _answer(_PAGE), "400": _ERROR},
            }
        },
        "/map/api/services/{id}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": _answer(_OBJECT), "404": _ERROR},
            }
        },
        "/map/api/search": {"get": {"parameters": _ASKED, "responses": {"200": _answer({"type": "array", "items": {"type": "object"}})}}},
    },
}
