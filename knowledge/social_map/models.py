"""The tables of the social map. Owns columns and keys: one table per object of HSDS 3.0, and what the search reads.

The HSDS tables hold what was imported, as text, with unknown fields in `extra`. `map_entry` and `map_area` are made from them (see building.py).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

from knowledge.social_map.hsds import KINDS

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}
)
ID = 255  # characters of an identifier


def _hsds_table(name: str) -> Table:
    """`origin` says which import a row came from, `place` its position there."""
    kind = KINDS[name]
    links = [*kind.links, *(["link_id"] if name == "attribute" else []), *(["resource_id"] if name == "metadata" else [])]
    columns = [Column(field, String(ID) if field in links else Text, index=field in links) for field in kind.fields]
    own = (Column("extra", Text), Column("origin", String(64), nullable=False, index=True), Column("place", Integer, nullable=False))
    return Table(f"map_{name}", metadata, Column("id", String(ID), primary_key=True), *columns, *own)


HSDS: dict[str, Table] = {name: _hsds_table(name) for name in KINDS}

entry = Table(
    "map_entry",
    metadata,
    Column("number", Integer, primary_key=True),  # what the text index knows it by
    Column("id", String(ID), nullable=False, unique=True),
    Column("service_id", String(ID), nullable=False, index=True),
    Column("category", String(40), nullable=False, index=True),
    Column("reach", Integer, nullable=False),  # 0 a part of a municipality .. 4 the country
    Column("verified", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("free", Boolean, nullable=False),
    Column("phases", String(255), nullable=False),  # " pregnancy 0-6m "
    Column("audiences", String(255), nullable=False),
    Column("languages", String(255), nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("assured", Date),
    Column("card", Text, nullable=False),  # JSON: all that is shown
    Column("vector", LargeBinary),  # of name and description; float16
    Column("shown", Integer, nullable=False, default=0),
    Column("helped", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
)
area = Table(
    "map_area",
    metadata,
    Column("area", String(80), primary_key=True),  # country, region:…, province:…, municipality:…, postcode:…
    Column("category", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
)
Index("ix_map_area_number", area.c.number)
need = Table(
    "map_need",
    metadata,
    Column("month", String(7), primary_key=True),  # 2026-11
    Column("category", String(40), primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("zone", String(60), primary_key=True),
    Column("asked", Integer, nullable=False, default=0),
    Column("not_found", Integer, nullable=False, default=0),
)
state = Table("map_state", metadata, Column("name", String(32), primary_key=True), Column("value", String(255), nullable=False))
