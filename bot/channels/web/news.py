"""What waits for a visitor of the chat page: messages of the team and notices. Owns the form of the request and the answer:

    POST /chat/news   {"after": 12, "read": [3], "begun": true, "language": "nl"}
                      -> {"messages": [...], "notices": [...], "talk": {...} or null, "again": 0.7}

`after` is the last message that stands on the page, `read` are notices that do: that is what makes them delivered. `begun` is false for a page
that was just opened: it gets the whole of a talk that runs. `again` is in how many seconds to ask, 0 for not before the next message.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.rest import request_json
from bot.channels.web import visitor
from bot.errors import BadMessage
from bot.people.registry import Person
from bot.signals.mailbox import Mailbox, News, as_json
from knowledge.care_texts import care_texts
from knowledge.library import Library

logger = logging.getLogger(__name__)
NOTHING = {"messages": [], "notices": [], "talk": None, "again": 0}
MOST = 2**31 - 1


def serve_news(routes: Blueprint, known: Library) -> None:
    @routes.post("/chat/news")
    async def news(request: Request) -> HTTPResponse:
        if (request.headers.get("content-type") or "").partition(";")[0].strip().lower() != "application/json":
            return _json({"error": "Send application/json."}, 415)
        net = getattr(request.app.ctx.reception, "net", None)
        address = visitor.known(request)
        if net is None or address is None:
            return _json(NOTHING if address is None else NOTHING | {"again": 3})
        try:
            asked = read_request(request_json(request), known)
            return _json(await asyncio.to_thread(_look, net, address, *asked))
        except BadMessage as error:
            return _json({"error": str(error)}, 400)
        except SQLAlchemyError as error:
            logger.error("the news cannot be read: %s", type(error).__name__)
            return _json({"error": "The database does not answer."}, 503)


def read_request(body: dict[str, Any], known: Library) -> tuple[int, tuple[int, ...], bool, str]:
    """(after, read, whether the page was just opened, language).

    Raises:
        BadMessage: a field has not the right form.
    """
    after, read, language = body.get("after", 0), body.get("read", []), body.get("language")
    if not _is_number(after) or not isinstance(read, list) or len(read) > 100 or not all(map(_is_number, read)):
        raise BadMessage("`after` must be a number and `read` a list of numbers.")
    return after, tuple(read), body.get("begun") is not True, language if language in known.languages else "nl"


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _look(net: Any, address: str, after: int, read: tuple[int, ...], fresh: bool, language: str) -> dict[str, Any]:
    person = net.people.known("web", address)
    if person is None:
        return NOTHING
    mailbox: Mailbox = net.mailbox
    return _as_json(mailbox.news(person, after=after, read=read, fresh=fresh, language=language), person, language)


def _as_json(news: News, person: Person, language: str) -> dict[str, Any]:
    spoken, texts = person.language or language, care_texts()
    bar = {"text": texts.say("relay_talk", spoken, who=news.talk), "leave": texts.say("relay_leave", spoken), "language": spoken}
    return {
        "messages": [as_json(message) | {"text": message.text} for message in news.messages],
        "notices": [{"id": number, "reply": reply} for number, reply in news.notices],
        "talk": bar if news.talk else None,
        "again": news.again,
    }


def _json(body: Any, status: int = 200) -> HTTPResponse:
    return response.json(body, status=status, ensure_ascii=False, escape_forward_slashes=False)
