"""The routes of the chat page. Owns its requests, answers and security headers; the contract:

    GET  /                        the page, in the language of ?language= or Accept-Language
    GET  /static/<file>           its files
    GET  /chat/texts?language=nl  its words (see words.py)
    POST /chat/message            {"text", "language"} -> {"replies": [{text, buttons, custom}]}
    POST /chat/leave              {} -> forgets who this browser is
    POST /chat/news               what the team wrote, and what else waits (see news.py)

Errors are {"error": text}. Only JSON is accepted: another site cannot post that without asking, and is never allowed to.
"""

from __future__ import annotations

import logging
from typing import Any

from sanic import Blueprint, Request, Sanic, response
from sanic.response import HTTPResponse

from bot.channels.rest import request_json
from bot.channels.web import visitor
from bot.channels.web.assets import PageTemplate, load_assets, send
from bot.channels.web.news import serve_news
from bot.channels.web.words import language_for, lines_everywhere, page_words
from bot.errors import BadMessage
from bot.reception import Inbound
from bot.settings import Settings
from knowledge.library import Library, library

logger = logging.getLogger(__name__)
LONGEST_TEXT = 4000  # characters
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class RootBlueprint(Blueprint):
    """Takes "/" over from Rasa, whose greeting would make Sanic refuse the page."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        greeting = app.router.static_routes.get(("",))
        if greeting is not None and all(route.name.endswith(".hello") for route in greeting):
            del app.router.static_routes[("",)]
        super().register(app, options)


def web_page(settings: Settings, known: Library | None = None) -> Blueprint:
    """The chat page as a part of the Sanic application, which keeps its `Reception` in `app.ctx.reception`."""
    routes = RootBlueprint("web")
    known = known or library()
    _serve_page(routes, known)
    _serve_talk(routes, known, settings)
    serve_news(routes, known)

    @routes.middleware("response")
    async def guard(_: Request, answer: HTTPResponse) -> None:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Cache-Control", "no-store")

    return routes


def _serve_page(routes: Blueprint, known: Library) -> None:
    assets = load_assets()
    template = PageTemplate(assets)
    everywhere = lines_everywhere(known)

    @routes.get("/")
    async def page(request: Request) -> HTTPResponse:
        words = page_words(known, _asked_language(request, known)) | {"longest": LONGEST_TEXT}
        return response.html(template.fill(words, everywhere), headers={"Vary": "Accept-Language"})

    @routes.get("/static/<name:str>")
    async def static(request: Request, name: str) -> HTTPResponse:
        return send(assets[name], request) if name in assets else _refuse(404, "There is no such file.")

    @routes.get("/chat/texts")
    async def texts(request: Request) -> HTTPResponse:
        return _json(page_words(known, _asked_language(request, known)) | {"longest": LONGEST_TEXT})


def _serve_talk(routes: Blueprint, known: Library, settings: Settings) -> None:
    @routes.post("/chat/message")
    async def message(request: Request) -> HTTPResponse:
        if not _is_json(request):
            return _refuse(415, "Send application/json.")
        reception = request.app.ctx.reception
        language = _asked_language(request, known)
        if reception is None:
            return _refuse(503, _with_numbers(known, "page_starting", language))
        try:
            text, language = read_message(request_json(request), known, language)
        except BadMessage as error:
            return _refuse(400, str(error))
        if len(text) > LONGEST_TEXT:
            return _refuse(413, f"`text` may have {LONGEST_TEXT} characters.")
        person = visitor.known(request) or visitor.new()
        try:
            replies = await reception.answer(Inbound("web", person, text, language=language))
        except Exception as error:  # noqa: BLE001 - whatever breaks, the person gets numbers; the operator this line
            logger.error("answering the web page failed: %s", type(error).__name__)
            return _refuse(500, _with_numbers(known, "apology", language))
        answer = _json({"replies": replies})
        visitor.keep(answer, person, request, settings)
        return answer

    @routes.post("/chat/leave")
    async def leave(request: Request) -> HTTPResponse:
        if not _is_json(request):
            return _refuse(415, "Send application/json.")
        answer = _json({})
        visitor.forget(answer, request, settings)
        return answer


def read_message(body: dict[str, Any], known: Library, otherwise: str) -> tuple[str, str]:
    """The text and the language of a message; a language that Kiem does not know counts as not said.

    Raises:
        BadMessage: `text` is missing or is no text.
    """
    text, language = body.get("text"), body.get("language")
    if not isinstance(text, str) or not text.strip():
        raise BadMessage("`text` must be a text with something in it.")
    if language is not None and not isinstance(language, str):
        raise BadMessage("`language` must be a code such as nl, or null.")
    whole = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair cannot be stored
    return whole, language if language in known.languages else otherwise


def _asked_language(request: Request, known: Library) -> str:
    asked = request.args.get("language")
    return asked if asked in known.languages else language_for(known, request.headers.get("accept-language") or "")


def _is_json(request: Request) -> bool:
    return (request.headers.get("content-type") or "").partition(";")[0].strip().lower() == "application/json"


def _with_numbers(known: Library, key: str, language: str) -> str:
    return f"{known.text(key, language)}\n\n{known.text('numbers', language)}\n{known.help_text(language)}"


def _json(body: Any, status: int = 200) -> HTTPResponse:
    return response.json(body, status=status, ensure_ascii=False, escape_forward_slashes=False)


def _refuse(status: int, reason: str) -> HTTPResponse:
    return _json({"error": reason}, status)
