"""One entry of the social map as it is found and shown. Owns its fields; the tables it is made from are HSDS."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Entry:
    """A service. `areas` are names as in entries.yml; `hours` are (days, opens, closes), such as ("MO,TU", "09:00", "17:00").

    `phones` holds only numbers that somebody has seen on a page of today; `cost` and `referral` are words of knowledge/texts (map_cost_*
    and map_referral_*).
    """

    id: str
    service_id: str
    category: str
    names: dict[str, str]
    descriptions: dict[str, str] = field(default_factory=dict)
    organization: str = ""
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    chat: str = ""
    website: str = ""
    hours: tuple[tuple[str, str, str], ...] = ()
    cost: str = ""
    referral: str = ""
    verified: bool = False
    assured: date | None = None
    source: str = ""
    address: str = ""
    point: tuple[float, float] | None = None
    active: bool = True

    @property
    def is_free(self) -> bool:
        return self.cost == "free"

    def name(self, language: str) -> str:
        """In this language, else in one of the country."""
        return _in(self.names, language) or self.id

    def description(self, language: str) -> str:
        """In this language or, because a description in a foreign one helps nobody, only in a full language that the reader has."""
        return self.descriptions.get(language, "")

    def is_open(self, weekday: int, clock: str) -> bool | None:
        """Whether it is open on this weekday (0 Monday) at this time ("14:05"); None when the hours are not known."""
        if not self.hours:
            return None
        return any(DAYS[weekday] in days.split(",") and opens <= clock < closes for days, opens, closes in self.hours)

    @property
    def is_always_open(self) -> bool:
        return any(days == ",".join(DAYS) and (opens, closes) == ("00:00", "24:00") for days, opens, closes in self.hours)

    def as_record(self, postcode: str = "") -> dict[str, Any]:
        """What the decision record says of it; `postcode` is the place that was asked for, when this entry serves it."""
        return {"id": self.id, "category": self.category, "serves": [*self.areas, *([postcode] if postcode else [])]}

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, default=str)

    @classmethod
    def from_json(cls, text: str) -> Entry:
        raw = json.loads(text)
        for item in fields(cls):
            if isinstance(raw[item.name], list):
                raw[item.name] = tuple(tuple(part) if isinstance(part, list) else part for part in raw[item.name])
        raw["assured"] = date.fromisoformat(raw["assured"]) if raw["assured"] else None
        return cls(**raw)


def _in(texts: dict[str, str], language: str) -> str:
    return next((texts[code] for code in (language, "en", "nl", "fr", "de") if texts.get(code)), "")
