"""The REST channel: POST /webhooks/rest/webhook. Owns the form of requests and replies; the contract is in tests/cases/README.md.

A role other than `parent` is believed with the API token only; without a token set, from loopback, for trying out.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Request, response
from sanic.exceptions import InvalidUsage
from sanic.response import HTTPResponse

from bot.errors import BadMessage
from bot.reception import Inbound, Reply
from bot.settings import Settings

ROLES = ("parent", "buddy", "professional")
LONGEST_SENDER = 256  # characters


class RestInput(InputChannel):
    """JSON in, JSON out."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("rest")

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                inbound = read_inbound(request_json(request), self._believed_role(request))
            except BadMessage as error:
                return response.json({"error": str(error)}, status=400)
            reception = request.app.ctx.reception
            if reception is None:
                return response.json({"error": "Kiem is starting. Send the message again in a moment. In danger? Call 112."}, status=503)
            replies = await reception.answer(inbound)
            return response.json([to_json(inbound.address, reply) for reply in replies], ensure_ascii=False, escape_forward_slashes=False)

        return routes

    def _believed_role(self, request: Request) -> Callable[[str], str]:
        """Which role to believe when a caller claims one."""
        token = self._settings.api_token
        if token:
            shown = (request.headers.get("authorization") or "").removeprefix("Bearer ")
            trusted = hmac.compare_digest(shown.encode("utf-8", "replace"), token.encode())
        else:
            trusted = self._settings.on_loopback
        return lambda role: role if trusted else "parent"


def request_json(request: Request) -> dict[str, Any]:
    """The body as an object.

    Raises:
        BadMessage: it is none.
    """
    try:
        body = request.json
    except InvalidUsage as error:
        raise BadMessage("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadMessage('The body must be a JSON object such as {"sender": "me", "message": "hello"}.')
    return body


def read_inbound(body: dict[str, Any], believe: Callable[[str], str]) -> Inbound:
    """Check the fields of a REST message.

    Raises:
        BadMessage: says which field is wrong and what it takes.
    """
    sender, text = body.get("sender"), body.get("message", "")
    metadata = {} if body.get("metadata") is None else body["metadata"]
    if not isinstance(sender, (str, int)) or isinstance(sender, bool) or not 0 < len(str(sender)) <= LONGEST_SENDER:
        raise BadMessage(f"`sender` must be a text of 1 to {LONGEST_SENDER} characters.")
    if any("\ud800" <= character <= "\udfff" for character in str(sender)):
        raise BadMessage("`sender` holds half a character: it cannot be sent back.")
    if not isinstance(text, str):
        raise BadMessage("`message` must be a text.")
    if not isinstance(metadata, dict):
        raise BadMessage("`metadata` must be an object.")
    role = metadata.get("role", "parent")
    if role not in ROLES:
        raise BadMessage(f"`metadata.role` must be one of {', '.join(ROLES)}.")
    return Inbound("rest", str(sender), text, role=believe(role), forwarded=metadata.get("forwarded") is True)


def to_json(recipient: str, reply: Reply) -> dict[str, Any]:
    return {"recipient_id": recipient, **reply}
