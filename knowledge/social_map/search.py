"""Finding entries: one function for chat, page, API and commands. Owns which entries fit, their order and why.

SQL picks few candidates, Python ranks them.

An answer is never empty: what serves the place, then what may help as well (`near` in categories.yml), then doors that are open to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from knowledge.places.gazetteer import Place, gazetteer, kilometres
from knowledge.social_map import text_index
from knowledge.social_map.areas import codes_around
from knowledge.social_map.categories import categories as all_categories
from knowledge.social_map.entry import Entry
from knowledge.social_map.models import area, entry

HERE = ZoneInfo("Europe/Brussels")
CANDIDATES = 40  # per category and width of area
TEXT_HITS = 60
DOORS = ("family_support", "infant_child_health", "housing_social_welfare", "crisis_line")  # open to everybody with any question
WIDE = 2  # reach of a province: what is shown to somebody whose place is not known
REGIONS_OF_LANGUAGE = {"nl": ("flanders", "brussels"), "fr": ("wallonia", "brussels"), "de": ("ostbelgien",)}
NEARNESS = (1.0, 1.0, 0.85, 0.6, 0.35)  # by reach; 0.35 the country
FAR = 100.0  # km at which the bonus of being near is gone


@dataclass(frozen=True)
class Found:
    """An entry that fits. `because` says why, as (reason, value): place, province, region, country, language, free, open, words, instead."""

    entry: Entry
    score: float
    because: tuple[tuple[str, str], ...]
    distance: float | None = None  # km


@dataclass(frozen=True)
class Wish:
    """What is looked for; see `Search.search`."""

    text: str
    weights: Mapping[str, float]
    place: Place | None
    region: str | None
    phase: str | None
    language: str | None
    audience: str | None
    open_now: bool
    vector: np.ndarray | None
    now: datetime


class Search:
    """Reads the entries of a database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def search(
        self,
        text: str = "",
        categories: Sequence[str] | Mapping[str, float] = (),
        *,
        place: str | Place | None = None,
        region: str | None = None,
        phase: str | None = None,
        language: str | None = None,
        audience: str | None = None,
        open_now: bool = False,
        limit: int = 3,
        skip: Iterable[str] = (),
        vector: np.ndarray | None = None,
        now: datetime | None = None,
    ) -> list[Found]:
        """The entries that fit best, with the reasons; never empty while the map holds anything.

        `categories` best first, or with weights; `place` a name, postcode or Place; `vector` (width,) the meaning of `text`; `skip` ids not wanted.
        """
        where = place if isinstance(place, Place) else gazetteer().find(place)
        weights = categories if isinstance(categories, Mapping) else {name: 1.0 / (1 + order) for order, name in enumerate(categories)}
        wish = Wish(text, weights, where, region, phase, language, audience, open_now, vector, now or datetime.now(HERE))
        refused = set(skip)
        with self.engine.connect() as connection:
            found = _share_out(self._ranked(connection, wish, wish.weights, refused), wish.weights, limit)
            for others in (_near(weights), {door: 1.0 / (1 + order) for order, door in enumerate(DOORS)}):
                if len(found) < (limit if not found else 1):
                    seen = refused | {one.entry.id for one in found}
                    found += _share_out(self._ranked(connection, wish, others, seen, instead=True), others, limit - len(found))
        return found

    def entry(self, key: str) -> Entry | None:
        """The entry with this id."""
        with self.engine.connect() as connection:
            card = connection.execute(sa.select(entry.c.card).where(entry.c.id == key)).scalar()
        return Entry.from_json(card) if card else None

    def _ranked(self, connection: Connection, wish: Wish, weights: Mapping[str, float], refused: set[str], *, instead: bool = False) -> list[Found]:
        hits = {} if instead else dict(text_index.find(connection, text_index.words_of(wish.text), TEXT_HITS))
        rows = self._candidates(connection, wish, weights, list(hits))
        best_hit = max(hits.values(), default=1.0) or 1.0
        likeness = _likeness(rows, wish.vector)
        scored = []
        for row in rows:
            if row.id not in refused and (not wish.open_now or _is_open(row, wish)):
                score, because = _score(row, wish, weights, hits.get(row.number, 0.0) / best_hit, likeness.get(row.number, 0.0))
                scored.append((score, row, because + ((("instead", ""),) if instead else ())))
        scored.sort(key=lambda item: (-item[0], item[1].id))
        return [Found(Entry.from_json(row.card), score, because, _distance(row, wish)) for score, row, because in scored[:CANDIDATES]]

    def _candidates(self, connection: Connection, wish: Wish, weights: Mapping[str, float], hits: list[int]) -> list[Any]:
        """Rows that serve the place: of the wanted categories and, where the text names them, of any."""
        picks = [sa.select(pick.subquery().c.number) for pick in _by_area(wish, weights)]
        if hits:
            picks.append(sa.select(entry.c.number).where(entry.c.number.in_(hits), _serves(wish), *_of(weights if wish.weights else {})))
        if not picks:
            return []
        query = sa.select(entry).where(entry.c.number.in_(sa.union_all(*picks)), entry.c.active)
        return connection.execute(query).all()


def _by_area(wish: Wish, weights: Mapping[str, float]) -> Iterable[Any]:
    """Small questions that an index answers, one per category and width of area."""
    if wish.place is None and wish.region is None:
        for category in weights:
            yield sa.select(entry.c.number).where(entry.c.category == category, entry.c.reach >= WIDE).limit(4 * CANDIDATES)
        return
    widths: dict[str, list[str]] = {}
    for code in codes_around(wish.place, wish.region):
        widths.setdefault("local" if code.startswith(("postcode", "municipality")) else code, []).append(code)
    for category in weights:
        for codes in widths.values():
            yield sa.select(area.c.number).where(area.c.area.in_(codes), area.c.category == category).limit(CANDIDATES)


def _serves(wish: Wish) -> Any:
    if wish.place is None and wish.region is None:
        return entry.c.reach >= WIDE
    around = sa.select(area.c.number).where(area.c.number == entry.c.number, area.c.area.in_(codes_around(wish.place, wish.region)))
    return sa.exists(around)


def _of(weights: Mapping[str, float]) -> list[Any]:
    return [entry.c.category.in_(list(weights))] if weights else []


def _score(row: Any, wish: Wish, weights: Mapping[str, float], words: float, likeness: float) -> tuple[float, tuple[tuple[str, str], ...]]:
    """How well a row fits, and why."""
    because = [_where(row, wish)]
    score = (NEARNESS[row.reach] if wish.place or wish.region else 0.5) + (0.35 if row.verified else 0.0) + 0.9 * words + 0.6 * likeness
    if words > 0.5:
        because.append(("words", ""))
    speaks = row.languages.split()
    if wish.language and wish.language in speaks:
        score += 0.3
        because.append(("language", wish.language))
    elif wish.language in REGIONS_OF_LANGUAGE and speaks:
        score -= 0.3
    if wish.place and wish.place.region == "ostbelgien" and "de" in speaks:
        score += 0.5  # its own services, before those of Wallonia it may use as well
    if row.free:
        score += 0.05
        because.append(("free", ""))
    if wish.phase and row.phases.strip() and f" {wish.phase} " not in row.phases:
        score -= 0.3
    if wish.audience and row.audiences.strip() and f" {wish.audience} " not in row.audiences:
        score -= 0.5
    distance = _distance(row, wish)
    if distance is not None:
        score += 0.3 * max(0.0, 1 - distance / FAR)
    if wish.open_now:
        because.append(("open", ""))
    score += 0.3 * (row.helped - row.failed) / (row.helped + row.failed + 5)
    return score, tuple(because)


def _where(row: Any, wish: Wish) -> tuple[str, str]:
    if wish.place is None:
        return ("country", "") if row.reach == 4 else ("region", "")
    kinds = (("place", wish.place.postcode), ("place", wish.place.postcode), ("province", wish.place.province), ("region", wish.place.region))
    return kinds[row.reach] if row.reach < 4 else ("country", "")


def _distance(row: Any, wish: Wish) -> float | None:
    if wish.place is None or wish.place.point is None or row.latitude is None:
        return None
    return kilometres(wish.place.point, (row.latitude, row.longitude))


def _is_open(row: Any, wish: Wish) -> bool:
    return bool(Entry.from_json(row.card).is_open(wish.now.weekday(), f"{wish.now:%H:%M}"))


def _likeness(rows: Sequence[Any], vector: np.ndarray | None) -> dict[int, float]:
    """How like each row's meaning is to the wish, 0 the least and 1 the most alike of these rows."""
    kept = [row for row in rows if row.vector] if vector is not None else []
    if len(kept) < 2:
        return {}
    alike = np.stack([np.frombuffer(row.vector, np.float16) for row in kept]).astype(np.float32) @ vector
    low, high = float(alike.min()), float(alike.max())
    return {row.number: (float(value) - low) / max(high - low, 1e-6) for row, value in zip(kept, alike, strict=True)}


def _share_out(ranked: list[Found], weights: Mapping[str, float], limit: int) -> list[Found]:
    """The best of each category in turn, by the weight of the category and how many it has already: two of three may be the likeliest kind."""
    if not weights:
        return ranked[:limit]
    waiting: dict[str, list[Found]] = {}
    for one in ranked:
        waiting.setdefault(one.entry.category, []).append(one)
    given = dict.fromkeys(waiting, 0)
    chosen: list[Found] = []
    while len(chosen) < limit and any(waiting.values()):
        open_ones = [name for name, group in waiting.items() if group]
        name = max(open_ones, key=lambda name: (weights.get(name, 0.0) / (1 + given[name]) ** 2, waiting[name][0].score))
        chosen.append(waiting[name].pop(0))
        given[name] += 1
    return chosen


def _near(weights: Mapping[str, float]) -> dict[str, float]:
    """What may help where the wanted categories have nothing."""
    near: dict[str, float] = {}
    for name, weight in weights.items():
        for order, other in enumerate(all_categories().near.get(name, ())):
            if other not in weights:
                near[other] = max(near.get(other, 0.0), weight / (1 + order))
    return near
