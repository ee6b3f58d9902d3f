"""The seed entries, in memory, found by category and place.

Owns which entries fit and what a card shows. An unverified entry is shown with its website only; an unverified phone never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge.files import ROOT, read_yaml
from knowledge.places.gazetteer import Place, gazetteer

SHOWN = 3
REGION_NAMES = {"flanders": "Flanders", "brussels": "Brussels", "wallonia": "Wallonia", "ostbelgien": "German-speaking Community"}
PROVINCE_NAMES = {
    "antwerp": "Antwerp",
    "flemish_brabant": "Flemish Brabant",
    "walloon_brabant": "Walloon Brabant",
    "west_flanders": "West Flanders",
    "east_flanders": "East Flanders",
    "hainaut": "Hainaut",
    "liege": "Liège",
    "limburg": "Limburg",
    "luxembourg": "Luxembourg province",
    "namur": "Namur",
}
NEARNESS = {"municipality": 4, "province": 3, "region": 2, "country": 1}


@dataclass(frozen=True)
class Entry:
    """A service. `area` names country, regions, provinces or municipalities with a postcode, widest first."""

    id: str
    names: dict[str, str]
    category: str
    area: tuple[str, ...]
    languages: tuple[str, ...]
    phone: str
    website: str
    hours: str
    cost: str
    verified: bool

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names.get("en") or self.names.get("nl") or self.names.get("fr") or self.id

    def card(self, language: str) -> str:
        """Name, phone and website, one per line."""
        details = [self.phone, self.website, self.hours if self.phone else ""]
        return "\n".join([self.name(language), *(detail for detail in details if detail)])

    def as_record(self) -> dict[str, Any]:
        return {"id": self.id, "category": self.category, "serves": list(self.area)}

    def nearness(self, place: Place | None, region: str | None) -> int:
        """How local this entry is to a place; 0 when it does not serve it. Without a place, what serves more than a town counts."""
        narrowest = _narrowest(self.area)
        region = place.region if place else region
        if place is None and region is None:
            return 0 if narrowest == "municipality" else NEARNESS["country"]
        return NEARNESS[narrowest] if _serves(self.area, place, region) else 0


class Entries:
    """All entries, by category."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.by_category: dict[str, list[Entry]] = {}
        for entry in entries:
            self.by_category.setdefault(entry.category, []).append(entry)

    def find(self, categories: Sequence[str], *, place: str | None = None, region: str | None = None) -> list[Entry]:
        """The few entries of these categories (best first) that serve the place, nearest first, each category once before a second time."""
        where = gazetteer().find(place)
        region = where.region if where else region if region in REGION_NAMES else None
        ranked = []
        for order, category in enumerate(categories):
            near = sorted(self.by_category.get(category, ()), key=lambda entry: -entry.nearness(where, region))
            served = [entry for entry in near if entry.verified and entry.nearness(where, region)]
            ranked += [(position, order, entry) for position, entry in enumerate(served)]
        return [entry for _, _, entry in sorted(ranked, key=lambda item: item[:2])[:SHOWN]]


@cache
def entries() -> Entries:
    """The entries of this process, read once."""
    return Entries([_read(raw) for raw in read_yaml(ROOT / "social_map" / "entries.yml")])


def _read(raw: dict[str, Any]) -> Entry:
    return Entry(
        id=raw["id"],
        names=raw["names"],
        category=raw["category"],
        area=tuple(raw["area"]),
        languages=tuple(raw["languages"]),
        phone=raw["phone"] if raw["phone_verified"] and not raw["phone_source_is_old"] else "",
        website=raw["website"],
        hours=raw["opening_hours"],
        cost=raw["cost"],
        verified=bool(raw["verified"]),
    )


def entry_serves(area: tuple[str, ...], place: Place) -> bool:
    """Whether an entry with this area serves a place: the narrowest kind of area it names decides."""
    return _serves(area, place, place.region)


def _serves(area: tuple[str, ...], place: Place | None, region: str | None) -> bool:
    narrowest = _narrowest(area)
    return any(_area_kind(part) == narrowest and _is_in(part, narrowest, place, region) for part in area)


def _narrowest(area: tuple[str, ...]) -> str:
    kinds = {_area_kind(part) for part in area}
    return next(kind for kind in NEARNESS if kind in kinds)


def _area_kind(area: str) -> str:
    if area == "Belgium":
        return "country"
    if area in REGION_NAMES.values():
        return "region"
    return "province" if area in PROVINCE_NAMES.values() else "municipality"


def _is_in(area: str, kind: str, place: Place | None, region: str | None) -> bool:
    if kind == "country":
        return True
    if kind == "region":
        return area == REGION_NAMES.get(region or "")
    if place is None:
        return False
    if kind == "province":
        return area == PROVINCE_NAMES.get(place.province)
    return any(code in area for code in (place.postcode, *place.postcodes)) or area.startswith(place.name)
