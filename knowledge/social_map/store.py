"""The social map in the database: HSDS rows in, entries out. Owns writing, seeding and rebuilding; finding is `search`.

`SocialMap` takes an SQLAlchemy engine and, for meaning beyond words, a function that turns texts into vectors (n, width).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from knowledge.social_map import text_index
from knowledge.social_map.areas import area_code, reach_of
from knowledge.social_map.building import entries_from
from knowledge.social_map.categories import categories
from knowledge.social_map.entry import Entry
from knowledge.social_map.hsds import KINDS
from knowledge.social_map.models import HSDS, area, entry, state
from knowledge.social_map.search import Search
from knowledge.social_map.seeds import ORIGIN, seed_digest, seed_rows

Encode = Callable[[list[str]], np.ndarray]
Rows = Mapping[str, Iterable[Mapping[str, Any]]]
COUNTRY_REACH = 4
COUNTED = ("shown", "helped", "failed")


class SocialMap(Search):
    """Everything about services to turn to."""

    def __init__(self, engine: Engine, encode: Encode | None = None) -> None:
        super().__init__(engine)
        self._encode = encode

    def prepare(self) -> None:
        """Bring the seed entries in when they changed since last time; another process that does the same just now is let win."""
        try:
            with self.engine.begin() as connection:
                if self._fact(connection, "seed") == seed_digest() and text_index.exists(connection):
                    return
                self.replace(connection, ORIGIN, seed_rows())
                self._remember(connection, "seed", seed_digest())
                self.rebuild(connection)
        except IntegrityError:
            return

    def replace(self, connection: Connection, origin: str, rows: Rows) -> None:
        """Put the rows of one origin in the place of those it had before."""
        for name, table in HSDS.items():
            connection.execute(sa.delete(table).where(table.c.origin == origin))
            made = [_as_columns(name, row, origin, place) for place, row in enumerate(rows.get(name, ()))]
            if made:
                connection.execute(sa.insert(table), made)

    def rows(self, connection: Connection, origin: str | None = None) -> dict[str, list[dict[str, Any]]]:
        """All HSDS rows by kind, in the order they came, with only the fields that have a value."""
        found = {}
        for name, table in HSDS.items():
            query = sa.select(table).order_by(table.c.origin, table.c.place)
            query = query.where(table.c.origin == origin) if origin else query
            found[name] = [_from_columns(row) for row in connection.execute(query).mappings()]
        return found

    def services(
        self, connection: Connection, *, key: str | None = None, offset: int = 0, most: int = 1
    ) -> tuple[int, dict[str, list[dict[str, Any]]]]:
        """How many services there are, and some (or the one with this HSDS id) with all rows that belong to them. Unverified phones stay out."""
        table = HSDS["service"]
        total = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
        query = sa.select(table).order_by(table.c.origin, table.c.place).offset(offset).limit(most)
        chosen = [_from_columns(row) for row in connection.execute(query if key is None else sa.select(table).where(table.c.id == key)).mappings()]
        for row in chosen:
            if isinstance(row.get("kiem"), dict):
                row["kiem"].pop("unverified_phone", None)
        rows = {"service": chosen}
        _add_linked(connection, rows, "service_id", [row["id"] for row in chosen])
        _add_linked(connection, rows, "id", [row["organization_id"] for row in chosen if row.get("organization_id")], ("organization",))
        places = [row["location_id"] for row in rows["service_at_location"] if row.get("location_id")]
        _add_linked(connection, rows, "id", places, ("location",))
        _add_linked(connection, rows, "location_id", places, ("address",))
        return total, rows

    def rebuild(self, connection: Connection) -> None:
        """Make the entries, their areas, vectors and the text index anew from all HSDS rows; counts stay."""
        counts = {row.id: row for row in connection.execute(sa.select(entry.c.id, *(entry.c[name] for name in COUNTED)))}
        made = entries_from(self.rows(connection))
        connection.execute(sa.delete(area))
        connection.execute(sa.delete(entry))
        self.write(connection, made, counts)

    def write(self, connection: Connection, made: Sequence[Entry], counts: Mapping[str, Any] | None = None) -> None:
        """Write entries into empty tables, and index them."""
        vectors = self._vectors(made)
        rows, areas = [], []
        for number, one in enumerate(made, 1):
            codes = [code for code in map(area_code, one.areas) if code]
            rows.append(_entry_row(number, one, codes, vectors[number - 1], (counts or {}).get(one.id)))
            areas += [{"area": code, "category": one.category, "number": number} for code in dict.fromkeys(codes)]
        if rows:
            connection.execute(sa.insert(entry), rows)
        if areas:
            connection.execute(sa.insert(area), areas)
        text_index.create(connection)
        text_index.fill(connection, ((number, searched_text(one)) for number, one in enumerate(made, 1)))

    def count(self, number_of: Mapping[str, str]) -> None:
        """Count by entry id what happened to it: `shown`, `helped` or `failed`."""
        with self.engine.begin() as connection:
            for key, what in number_of.items():
                connection.execute(sa.update(entry).where(entry.c.id == key).values({what: entry.c[what] + 1}))

    def _vectors(self, made: Sequence[Entry]) -> list[bytes | None]:
        if self._encode is None or not made:
            return [None] * len(made)
        return [vector.astype(np.float16).tobytes() for vector in self._encode([_meaning(one) for one in made])]

    def _fact(self, connection: Connection, name: str) -> str | None:
        return connection.execute(sa.select(state.c.value).where(state.c.name == name)).scalar()

    def _remember(self, connection: Connection, name: str, value: str) -> None:
        connection.execute(sa.delete(state).where(state.c.name == name))
        connection.execute(sa.insert(state).values(name=name, value=value))


def _add_linked(connection: Connection, rows: dict[str, list[dict[str, Any]]], link: str, keys: list[str], kinds: Sequence[str] = ()) -> None:
    """Add the rows of these kinds (without any: of all that have the link) that name one of the keys."""
    for name in kinds or [name for name, table in HSDS.items() if link in table.c]:
        table = HSDS[name]
        query = sa.select(table).where(table.c[link].in_(keys)).order_by(table.c.place)
        rows[name] = [_from_columns(row) for row in connection.execute(query).mappings()]


def searched_text(one: Entry) -> str:
    """What the full-text index holds of an entry."""
    named = [*one.names.values(), one.organization, *one.descriptions.values()]
    return " ".join(dict.fromkeys([*named, *(categories().name(one.category, code) for code in ("nl", "fr", "en"))]))


def _meaning(one: Entry) -> str:
    return f"{one.name('nl')}. {one.descriptions.get('en', '')}"[:300]


def _entry_row(number: int, one: Entry, codes: list[str], vector: bytes | None, counts: Any) -> dict[str, Any]:
    return {
        "number": number,
        "id": one.id,
        "service_id": one.service_id,
        "category": one.category,
        "reach": max(map(reach_of, codes), default=COUNTRY_REACH),
        "verified": one.verified,
        "active": one.active,
        "free": one.is_free,
        "phases": f" {' '.join(one.phases)} ",
        "audiences": f" {' '.join(one.audiences)} ",
        "languages": f" {' '.join(one.languages)} ",
        "latitude": one.point[0] if one.point else None,
        "longitude": one.point[1] if one.point else None,
        "assured": one.assured,
        "card": one.as_json(),
        "vector": vector,
        **{name: getattr(counts, name, 0) for name in COUNTED},
    }


def _as_columns(name: str, row: Mapping[str, Any], origin: str, place: int) -> dict[str, Any]:
    fields = KINDS[name].fields
    known = {field: _text(row.get(field)) for field in fields}
    extra = {key: value for key, value in row.items() if key not in fields and key != "id"}
    return known | {"id": row["id"], "extra": json.dumps(extra, ensure_ascii=False) if extra else None, "origin": origin, "place": place}


def _text(value: Any) -> str | None:
    return None if value in (None, "") else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _from_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in row.items() if value is not None and key not in ("extra", "origin", "place")}
    return known | (json.loads(row["extra"]) if row["extra"] else {})
