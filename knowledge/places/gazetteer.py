"""The gazetteer: places by name, spelling or postcode, where they lie and in which zone. Owns the tables and the look-up.

Data, licences and attribution are in README.md beside it. Every look-up is one step in a dictionary; nothing is searched through.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from knowledge.files import ROOT, read_yaml
from knowledge.places.spelling import fold, inflections, known_forms, locatives

FOLDER = ROOT / "places"
EARTH = 6371.0  # km
BRUSSELS = "1000"  # what "Brussel" means
NO_HALF = ("Saint", "Sainte", "Sankt", "Trois", "Mont", "Court", "Villers", "Fontaine", "Thimister", "Chaumont")
MINOR = 8  # letters: a shorter locality that only the table of coordinates names counts as a place after a word such as "in"


@dataclass(frozen=True)
class Place:
    """A municipality, or the part of it that a postcode names. `region` is an id of REGIONS, `province` may be empty (Brussels).

    `zone` is the Brussels care zone or the first-line zone (unverified in Flanders, none in Wallonia); `point` latitude and longitude.
    """

    refnis: str
    name: str
    french: str
    province: str
    region: str
    postcodes: tuple[str, ...]
    postcode: str
    german: str = ""
    zone: str = ""
    point: tuple[float, float] | None = None

    def called(self, language: str) -> str:
        """The name in nl, fr or de; elsewhere the one used where it lies."""
        names = {"nl": self.name, "fr": self.french, "de": self.german or self.french}
        return names.get(language) or (self.french if self.region in ("wallonia", "brussels") else self.name)

    def distance(self, other: Place) -> float | None:
        """Kilometres as the crow flies; None when one of the two has no coordinates."""
        return kilometres(self.point, other.point) if self.point and other.point else None


class Gazetteer:
    """All places. Names are compared folded: no capitals, accents, hyphens."""

    def __init__(self) -> None:
        self._points: dict[str, tuple[float, float]] = {}
        self._localities: list[tuple[str, str]] = []
        self._read_coordinates()
        self._zones = _Zones(read_yaml(FOLDER / "zones.yml"))
        self._german: dict[str, str] = read_yaml(FOLDER / "german.yml")
        with (FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as file:
            self.places = [self._read(row) for row in csv.DictReader(file)]
        self._by_postcode = self._postcodes()
        self._by_refnis = {place.refnis: place for place in self.places}
        words = read_yaml(FOLDER / "spellings.yml")
        self.everyday_words = frozenset(map(fold, words["everyday_words"]))
        self._areas = frozenset(map(fold, words["areas"]))
        self.before_a_place = frozenset(words["before_a_place"])
        self.never_after = frozenset(words["never_after"])
        self.amounts = tuple(words["amounts"])
        self._minor: set[str] = set()
        self._by_name = self._names(words["areas"] | words["spellings"])
        self._stems = known_forms(read_yaml(FOLDER / "exonyms.yml"))
        self.longest_name = max(name.count(" ") + 1 for name in self._by_name)  # words

    def find(self, text: str | None) -> Place | None:
        """The place that a name, spelling or postcode means."""
        if not text:
            return None
        key = fold(text)
        if key in self._by_postcode:
            return self.part(key)
        found = self._by_name.get(key) or self._inflected(key, apostrophe="'" in text or "’" in text)
        return found or self._elided(text)

    def _elided(self, text: str) -> Place | None:
        """ "d'Uccle", "l'Alleud": the name begins after the apostrophe."""
        article, _, name = text.replace("’", "'").partition("'")
        return self._by_name.get(fold(name)) if len(article) == 1 and name else None

    def part(self, postcode: str) -> Place | None:
        """The place that a postcode names."""
        place = self._by_postcode.get(postcode)
        if place is None:
            return None
        zone = self._zones.of(place, postcode)
        return replace(place, postcode=postcode, zone=zone, point=self._points.get(postcode, place.point))

    def municipality(self, refnis: str) -> Place | None:
        return self._by_refnis.get(refnis)

    def is_everyday(self, name: str) -> bool:
        """Whether a name is a place only after a word such as "in": it is a word of its own, or a hamlet few people know."""
        key = fold(name)
        return key in self.everyday_words or key in self._minor or (len(key) < 4 and key.isascii())

    def is_vague(self, name: str, place: Place) -> bool:
        """Whether a name says less than another one beside it would: a province, an area, or Brussels as a whole."""
        return fold(name) in self._areas or (place.postcode == BRUSSELS and not name.isdigit())

    @property
    def names(self) -> list[str]:
        """Every name and spelling, folded."""
        return list(self._by_name)

    def _inflected(self, key: str, *, apostrophe: bool) -> Place | None:
        """A name with the ending of a case or a suffix ("Генте", "Gent'te", "Gandawie")."""
        for form in inflections(key):
            postcode = self._stems.get(form)
            if postcode:
                return self.part(postcode)
        if " " in key and not apostrophe:
            return None
        return next((self._by_name[form] for form in locatives(key) if form in self._by_name and not self.is_everyday(form)), None)

    def _read_coordinates(self) -> None:
        with (FOLDER / "coordinates.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self._points[row["postcode"]] = (float(row["latitude"]), float(row["longitude"]))
                self._localities.append((row["locality"], row["postcode"]))

    def _read(self, row: dict[str, str]) -> Place:
        codes = tuple(row["postcodes"].split())
        main = codes[0] if codes else ""
        place = Place(row["refnis"], row["nl"], row["fr"], row["province"], row["region"], codes, main, self._german.get(row["nl"], ""))
        return replace(place, zone=self._zones.of(place, main), point=self._points.get(main))

    def _postcodes(self) -> dict[str, Place]:
        """A postcode of several municipalities belongs to the one that has it first in its list (1050: Ixelles, not Brussels-City)."""
        shared = {code: place for place in reversed(self.places) for code in place.postcodes}
        return shared | {place.postcode: place for place in reversed(self.places) if place.postcode}

    def _names(self, spellings: dict[str, str]) -> dict[str, Place]:
        """Later tables win: localities, then municipalities, then what people write."""
        names: dict[str, Place] = {}
        for locality, postcode in self._localities:
            place = self.part(postcode)
            if place is not None:
                names[fold(locality)] = place
        self._minor = {name for name in names if len(name) < MINOR}
        official: dict[str, Place] = {}
        for place in reversed(self.places):
            for name in filter(None, (place.german, place.french, place.name)):
                for part in _parts(name):
                    official[fold(part)] = place
        written = [(name, code) for code, group in self._tables() for name in group] + list(spellings.items())
        official |= {fold(name): self.part(str(code)) for name, code in written}
        self._minor -= set(official)
        return names | official

    def _tables(self) -> list[tuple[str, list[str]]]:
        """Names by postcode: former municipalities, then other languages and scripts."""
        files = (read_yaml(FOLDER / file) for file in ("former.yml", "exonyms.yml"))
        return [(str(code), [str(name) for name in names]) for table in files for code, names in table.items()]


class _Zones:
    """Care zones by postcode (Brussels) and by municipality (Flanders)."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._by_postcode = {code: f"brussels:{zone}" for zone, about in raw["brussels"]["zones"].items() for code in about["postcodes"]}
        self._undecided = frozenset(raw["brussels"]["not_by_postcode"])
        self._by_name = {name: f"first_line:{zone}" for zone, names in raw["first_line"]["zones"].items() for name in names}

    def of(self, place: Place, postcode: str) -> str:
        if place.region == "brussels":
            return "" if postcode in self._undecided else self._by_postcode.get(postcode, "")
        return self._by_name.get(place.name, "")


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points (latitude, longitude in degrees), by the haversine formula."""
    (first, second), (third, fourth) = ((math.radians(value) for value in point) for point in (one, other))
    half = math.sin((third - first) / 2) ** 2 + math.cos(first) * math.cos(third) * math.sin((fourth - second) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


def _parts(name: str) -> list[str]:
    """A merged municipality is known by each of its halves ("Bilzen-Hoeselt"), where these are no saints, rivers or articles."""
    halves = name.split("-")
    double = len(halves) == 2 and all(len(half) > 4 and half[0].isupper() for half in halves) and halves[0] not in NO_HALF
    return [*halves, name] if double else [name]


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of this process, read once."""
    return Gazetteer()
