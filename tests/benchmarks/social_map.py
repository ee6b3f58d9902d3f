"""How fast a search is with many entries: python -m tests.benchmarks.social_map [entries ...]

Entries are made up: names from syllables, one in twenty serving a region or the country, the rest a municipality. Prints p50 and p95 in ms per search
(category and place, text and place, text alone), on SQLite and, where it listens, on PostgreSQL in a schema of its own.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import uuid
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from bot.store.database import Database
from knowledge.places.gazetteer import gazetteer
from knowledge.social_map.categories import categories
from knowledge.social_map.entry import Entry
from knowledge.social_map.store import SocialMap

SEARCHES = 300
POSTGRES = os.environ.get("KIEM_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
WIDE = ["Flanders", "Wallonia", "Brussels", "Belgium"]


def made_up(count: int) -> list[Entry]:
    """`count` entries, the same every time."""
    chance = random.Random(1)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = ["".join(chance.sample(syllables, 3)) for _ in range(4000)]
    places = [place for place in gazetteer().places if place.postcode]
    return [_entry(number, words, places, chance) for number in range(count)]


def _entry(number, words, places, chance) -> Entry:
    category, place = chance.choice(categories().ids), chance.choice(places)
    area = chance.choice(WIDE) if chance.random() < 0.05 else f"{place.name} {place.postcode}"
    name, about = " ".join(chance.sample(words, 3)), " ".join(chance.sample(words, 12))
    return Entry(f"e{number}", f"s{number}", category, {"nl": name}, {"en": about}, areas=(area,), verified=chance.random() < 0.7, point=place.point)


def measure(database: Database, entries: list[Entry]) -> dict[str, tuple[float, float]]:
    """(p50, p95) in ms per kind of search."""
    database.migrate()
    opened = SocialMap(database.engine, lambda texts: np.random.default_rng(0).normal(size=(len(texts), 384)).astype(np.float32))
    with database.engine.begin() as connection:
        opened.write(connection, entries)
    if not database.url.startswith("sqlite"):
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    chance, vector = random.Random(2), np.random.default_rng(1).normal(size=384).astype(np.float32)
    towns = [place.name for place in gazetteer().places]
    kinds = {
        "category, place": lambda one: opened.search("", chance.sample(categories().ids, 3), place=chance.choice(towns), vector=vector),
        "text, category, place": lambda one: opened.search(one.names["nl"], [one.category], place=chance.choice(towns), vector=vector),
        "text alone": lambda one: opened.search(one.names["nl"], vector=vector),
    }
    return {name: _times(search, entries, chance) for name, search in kinds.items()}


def _times(search, entries: list[Entry], chance: random.Random) -> tuple[float, float]:
    taken = []
    for number in range(SEARCHES + 20):
        one = chance.choice(entries)
        start = time.perf_counter()
        search(one)
        if number >= 20:
            taken.append(1000 * (time.perf_counter() - start))
    return float(np.percentile(taken, 50)), float(np.percentile(taken, 95))


def main() -> None:
    for count in map(int, sys.argv[1:] or ("10000", "100000")):
        entries = made_up(count)
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'map.db'}")
            _show("sqlite", count, measure(database, entries))
            database.close()
        schema = f"kiem_{uuid.uuid4().hex[:12]}"
        admin = sa.create_engine(POSTGRES, future=True)
        try:
            with admin.begin() as connection:
                connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
        except sa.exc.OperationalError:
            print("postgresql does not listen")
            continue
        database = Database(f"{POSTGRES}?options=-csearch_path%3D{schema}")
        try:
            _show("postgresql", count, measure(database, entries))
        finally:
            database.close()
            with admin.begin() as connection:
                connection.execute(sa.text(f"DROP SCHEMA {schema} CASCADE"))


def _show(name: str, count: int, figures: dict[str, tuple[float, float]]) -> None:
    for kind, (middle, late) in figures.items():
        print(f"{name:12} {count:7} entries  {kind:24} p50 {middle:5.1f} ms  p95 {late:5.1f} ms", flush=True)


if __name__ == "__main__":
    main()
