"""The gazetteer: municipalities by name, spelling or postcode. Owns the tables; data and licence are in README.md beside it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from knowledge.files import ROOT, read_yaml

FOLDER = ROOT / "places"


@dataclass(frozen=True)
class Place:
    """A municipality, or the part of it that a postcode names. `region` is an id of REGIONS, `province` may be empty (Brussels)."""

    refnis: str
    name: str
    french: str
    province: str
    region: str
    postcodes: tuple[str, ...]
    postcode: str


class Gazetteer:
    """All places. Names are compared in lower case."""

    def __init__(self) -> None:
        with (FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as file:
            self.places = [_read(row) for row in csv.DictReader(file)]
        spelling = read_yaml(FOLDER / "spellings.yml")
        self.everyday_words = frozenset(spelling["everyday_words"])
        self.before_a_place = frozenset(spelling["before_a_place"])
        self._by_postcode = {code: place for place in reversed(self.places) for code in place.postcodes}
        self._by_name = {name.lower(): place for place in self.places for name in (place.french, place.name)}
        self._by_name |= {name: self._part(code) for name, code in spelling["spellings"].items()}

    def _part(self, postcode: str) -> Place:
        place = self._by_postcode[postcode]
        return Place(place.refnis, place.name, place.french, place.province, place.region, place.postcodes, postcode)

    @property
    def names(self) -> list[str]:
        """Every name and spelling, in lower case."""
        return list(self._by_name)

    def find(self, text: str | None) -> Place | None:
        """The place that a name, spelling or postcode means."""
        if not text:
            return None
        key = text.strip().lower()
        if key in self._by_postcode:
            return self._part(key)
        return self._by_name.get(key)


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of this process, read once."""
    return Gazetteer()


def _read(row: dict[str, str]) -> Place:
    codes = tuple(row["postcodes"].split())
    return Place(row["refnis"], row["nl"], row["fr"], row["province"], row["region"], codes, codes[0] if codes else "")
