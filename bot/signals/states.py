"""The words for the life of a signal, and what of it others see. Owns names and forms; no database.

    new -> notified -> taken -> contacted -> closed        reopened counts as new
    consent: open -> asked -> given | refused | withdrawn; needless when life is at risk (said in the introduction)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OPEN_STATES = ("new", "notified", "taken", "contacted", "reopened")
UNANSWERED = ("new", "notified", "reopened")  # nobody of the team has it yet
SHARED = ("given", "needless")  # the team may see it
OUTCOMES = ("helped", "referred", "emergency_services", "not_reached", "false_alarm", "other")
MEMBER_ROLES = ("carer", "coordinator")


@dataclass(frozen=True)
class Signal:
    """A signal as the team sees it. `messages` are the triggering message and the two before, `evidence` why it was noticed: both empty
    where the person did not allow sharing."""

    id: int
    level: str
    domains: tuple[str, ...]
    whose: str
    state: str
    consent: str
    owner: str | None
    role: str
    language: str | None
    channel: str | None
    wished_time: str | None
    outcome: str | None
    raised_at: datetime
    updated_at: datetime
    messages: tuple[str, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()
    log: tuple[dict[str, Any], ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        moments = {"raised_at": self.raised_at.isoformat(), "updated_at": self.updated_at.isoformat()}
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | moments


@dataclass(frozen=True)
class Raised:
    """What raising did. `round` counts rounds of alerts (0: nobody is told), `alerted` whether this message made one."""

    signal_id: int
    level: str
    consent: str
    domains: tuple[str, ...] = ()
    round: int = 0
    alerted: bool = False
    ask: bool = False  # for consent
    clarify: bool = False  # ask the one clarification
