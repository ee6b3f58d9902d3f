"""The decision record: what led to an answer, carried on its first message (the form is fixed in tests/cases/README.md).

Owns the record's form only; actions fill it in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANSWER_RECORD = "kiem"  # the key under `custom`
NO_SIGNAL = {"domains": [], "level": "none"}


@dataclass(frozen=True)
class Decision:
    """`confidence` is 0..1; `alternatives` are topic ids offered as buttons; `services` are entries shown."""

    lang: str
    topic: str | None = None
    alternatives: list[str] = field(default_factory=list)
    signal: dict[str, Any] = field(default_factory=lambda: dict(NO_SIGNAL))
    services: list[dict[str, Any]] = field(default_factory=list)
    behaviour: str | None = None
    confidence: float = 0.0

    def as_custom(self) -> dict[str, Any]:
        """The value of a message's `custom`."""
        record = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {ANSWER_RECORD: record | {"confidence": round(self.confidence, 3)}}
