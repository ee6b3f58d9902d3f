"""What of a message is read: the text, and everything a person wrote around it. Owns the form of an incoming message and which words of it count.

The gate reads all of `judged`, uncut; the dialogue gets `spoken`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.nlu.encoding import clean
from bot.settings import PROJECT
from knowledge.files import read_yaml

_PAYLOAD = re.compile(r"/(\w+)(\{.*\})?\s*", re.S)
_IDENTIFIER = re.compile(r"[a-z0-9_]*")  # a value that our own buttons carry


@dataclass(frozen=True)
class Inbound:
    """What came in: `address` is who the channel says it is; only its keyed hash is stored.

    `update_key` is the channel's own id of the message, where it has one: the same one is answered once. Every text in `extra` (a caption, a
    forwarded text, a quoted one) is read for danger like the text itself.
    """

    channel: str
    address: str
    text: str
    role: str = "parent"
    forwarded: bool = False
    language: str | None = None  # what the person's app is set to, if the channel knows
    extra: dict[str, Any] = field(default_factory=dict)
    update_key: str | None = None


@dataclass(frozen=True)
class Heard:
    """A message as it is read."""

    judged: str
    spoken: str
    payload: str | None = None  # the name of the button that was pressed

    @classmethod
    def of(cls, inbound: Inbound) -> Heard:
        around = [text for text in inbound.extra.values() if isinstance(text, str) and text.strip()]
        name = payload_name(inbound.text)
        judged = "\n".join([*(_typed(inbound.text) if name else [inbound.text]), *around])
        spoken = inbound.text if inbound.text.startswith("/") else clean(inbound.text)
        return cls(judged.strip(), spoken or next(map(clean, around), ""), name)


def payload_name(text: str) -> str | None:
    """The name of a button that Kiem made; None for anything that a person typed, even when it begins with a stroke."""
    match = _PAYLOAD.fullmatch(text)
    return match[1] if match and (match[1] in _known_payloads() or match[1].startswith("signal_")) else None


def _typed(text: str) -> Iterator[str]:
    """The words of a person inside a payload: what is no identifier of ours."""
    match = _PAYLOAD.fullmatch(text)
    try:
        values = json.loads(match[2]) if match and match[2] else {}
    except ValueError:
        yield text
        return
    for value in values.values():
        if isinstance(value, str) and not _IDENTIFIER.fullmatch(value):
            yield value


@cache
def _known_payloads() -> frozenset[str]:
    intents = read_yaml(PROJECT / "bot" / "domain" / "intents.yml")["intents"]
    return frozenset(next(iter(intent)) if isinstance(intent, dict) else intent for intent in intents)
