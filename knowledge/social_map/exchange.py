"""HSDS 3.0 files in and out: a tabular data package (a folder of CSV files) and JSON, tabular or nested. Owns reading, checking and writing rows.

Unknown fields are kept. A file is imported whole or not at all: every bad row is named with file, line and reason.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import BrokenMap
from knowledge.social_map.hsds import CHOICES, KIND_OF_FILE, KINDS, NEEDED_IN_TABLES, NUMBERS, Kind

Row = dict[str, Any]
MOST_NAMED = 50  # bad rows in one message
_LISTS = ("contents", "items")  # where a paginated answer of an API keeps its objects


@dataclass
class Package:
    """Rows by kind, where each came from, and what is wrong with them."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    problems: list[str] = field(default_factory=list)

    def add(self, kind: str, row: Row, where: str, *, nested: bool) -> None:
        """Take a row in, or say why not; the same object met twice (nested in two places) becomes one."""
        reasons = _faults(KINDS[kind], row, () if nested else NEEDED_IN_TABLES.get(kind, ()))
        before = self.rows[kind].get(str(row.get("id")))
        if before is not None and not reasons:
            differing = [name for name in row if before.get(name) not in (None, row[name])]
            reasons = [f"the id {row['id']} is there already with another {differing[0]}"] if differing else []
        if reasons:
            self.problems += [f"{where}: {kind}: {reason}" for reason in reasons]
        else:
            self.rows[kind][row["id"]] = (before or {}) | row

    def as_rows(self) -> dict[str, list[Row]]:
        """The rows by kind.

        Raises:
            BrokenMap: there is at least one bad row.
        """
        if self.problems:
            more = len(self.problems) - MOST_NAMED
            raise BrokenMap("\n".join([*self.problems[:MOST_NAMED], *([f"and {more} more"] if more > 0 else []), "Nothing was imported."]))
        return {kind: list(rows.values()) for kind, rows in self.rows.items()}


def read(path: Path) -> dict[str, list[Row]]:
    """The rows of a folder of CSV files or of a JSON file.

    Raises:
        BrokenMap: names file, line and reason.
    """
    package = Package()
    if path.is_dir():
        files = [file for file in sorted(path.glob("*.csv")) if file.stem in KIND_OF_FILE]
        if not files:
            raise BrokenMap(f"{path}: there is no HSDS table here, such as services.csv.")
        for file in files:
            _read_table(package, file)
    else:
        _read_json(package, path)
    return package.as_rows()


def _read_table(package: Package, file: Path) -> None:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            for row in reader:
                where = f"{file.name}:{reader.line_num}"
                if None in row:
                    package.problems.append(f"{where}: more cells than the head has columns")
                    continue
                package.add(KIND_OF_FILE[file.stem], {name: value for name, value in row.items() if value not in (None, "")}, where, nested=False)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        package.problems.append(f"{file.name}: cannot be read ({error})")


def _read_json(package: Package, file: Path) -> None:
    try:
        raw = json.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise BrokenMap(f"{file.name}: {error}") from error
    if isinstance(raw, dict) and any(
        name.removesuffix(".csv") in KIND_OF_FILE and isinstance(rows, list) for name, rows in raw.items() if name.endswith(".csv")
    ):
        for name, rows in raw.items():
            for place, row in enumerate(rows, 1):
                package.add(KIND_OF_FILE[name.removesuffix(".csv")], row, f"{file.name}:{name}:{place}", nested=False)
        return
    objects = next((raw[name] for name in _LISTS if isinstance(raw.get(name), list)), [raw]) if isinstance(raw, dict) else raw
    for place, one in enumerate(objects, 1):
        kind = kind_of(one)
        if kind is None:
            package.problems.append(f"{file.name}:{place}: this is no object of HSDS 3.0")
        else:
            flatten(package, kind, one, f"{file.name}:{place}")


def kind_of(one: Any) -> str | None:
    """Which object of HSDS this is, by its fields."""
    if not isinstance(one, Mapping) or "id" not in one:
        return None
    marks = (
        ("location_type", "location"),
        ("status", "service"),
        ("location", "service_at_location"),
        ("taxonomy_detail", "taxonomy_term"),
        ("parent_id", "taxonomy_term"),
    )
    found = next((kind for mark, kind in marks if mark in one), None)
    if found is None and "name" in one:
        organization = {"website", "email", "legal_status", "tax_status", "organization_identifiers", "year_incorporated"}
        found = (
            "organization"
            if organization & set(one)
            else "taxonomy"
            if set(one) <= {"id", "metadata", *KINDS["taxonomy"].fields}
            else "taxonomy_term"
        )
    return found


def flatten(package: Package, kind: str, one: Row, where: str, links: Row | None = None) -> None:
    """Take in an object with everything nested in it; `links` says whose it is."""
    about = KINDS[kind]
    row = {name: value for name, value in one.items() if name not in about.many and name not in about.one}
    row |= {name: value for name, value in (links or {}).items() if name not in row}
    for name, inner in about.one.items():
        if isinstance(one.get(name), Mapping):
            owner = {"organization_id": (one.get("organization") or {}).get("id") or one.get("organization_id")} if inner == "program" else {}
            flatten(package, inner, one[name], f"{where}/{name}", {link: key for link, key in owner.items() if key})
            row.setdefault({"taxonomy_detail": "taxonomy_id"}.get(name, f"{name}_id"), one[name].get("id"))
    for name, inner in about.many.items():
        for place, child in enumerate(one.get(name) or (), 1):
            if isinstance(child, Mapping):
                flatten(package, inner, dict(child), f"{where}/{name}:{place}", _links(kind, inner, one.get("id")))
    package.add(kind, row, where, nested=True)


def _links(kind: str, inner: str, key: Any) -> Row:
    if inner == "attribute":
        return {"link_id": key, "link_entity": kind}
    if inner == "metadata":
        return {"resource_id": key, "resource_type": kind}
    return {f"{kind}_id": key}


def _faults(kind: Kind, row: Row, needed: Iterable[str]) -> list[str]:
    faults = [f"{name} is missing" for name in ("id", *kind.needs, *needed) if row.get(name) in (None, "")]
    for name, allowed in ((name, allowed) for (owner, name), allowed in CHOICES.items() if owner == kind.name):
        if row.get(name) not in (None, "", *allowed):
            faults.append(f"{name} is {row[name]!r}, but must be one of {', '.join(allowed)}")
    for name in NUMBERS & set(kind.fields):
        if row.get(name) not in (None, "") and not _is_number(row[name]):
            faults.append(f"{name} is {row[name]!r}, but must be a number")
    return faults


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def write_tables(rows: Mapping[str, Iterable[Row]], folder: Path) -> None:
    """A tabular data package: one CSV file per kind that has rows, and datapackage.json."""
    folder.mkdir(parents=True, exist_ok=True)
    resources = []
    for kind, found in rows.items():
        kept = list(found)
        if not kept:
            continue
        columns = _columns(kind, kept)
        with (folder / f"{KINDS[kind].file}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: _cell(value) for name, value in row.items()} for row in kept)
        fields = [{"name": name, "type": "number" if name in NUMBERS else "string"} for name in columns]
        resources.append(
            {"name": kind, "path": f"{KINDS[kind].file}.csv", "profile": "tabular-data-resource", "schema": {"fields": fields, "primaryKey": "id"}}
        )
    about = {"name": "kiem-social-map", "profile": "tabular-data-package", "title": "Human Services Data Specification 3.0", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), "utf-8")


def write_json(rows: Mapping[str, Iterable[Row]], file: Path) -> None:
    """All tables in one JSON file, numbers as numbers."""
    tables = {f"{KINDS[kind].file}.csv": [_typed(row) for row in found] for kind, found in rows.items()}
    file.write_text(json.dumps({name: found for name, found in tables.items() if found}, ensure_ascii=False, indent=1), "utf-8")


def nested_service(service: Row, rows: Mapping[str, Iterable[Row]]) -> Row:
    """One service as HSDS nests it, with its organisation, phones, areas and so on."""
    return _nested("service", service, rows)


def _nested(kind: str, row: Row, rows: Mapping[str, Iterable[Row]], depth: int = 0) -> Row:
    about, whole = KINDS[kind], _typed(row)
    for name, inner in about.many.items():
        links = _links(kind, inner, row["id"])
        children = [child for child in rows.get(inner, ()) if all(child.get(link) == value for link, value in links.items())]
        if children and depth < 3:
            whole[name] = [_nested(inner, child, rows, depth + 1) for child in children]
    for name, inner in about.one.items():
        key = row.get({"taxonomy_detail": "taxonomy_id"}.get(name, f"{name}_id"))
        found = next((other for other in rows.get(inner, ()) if other["id"] == key), None) if key and inner != "service" else None
        if found is not None and depth < 3:
            whole[name] = _typed(found) if name == "organization" else _nested(inner, found, rows, depth + 1)
    return whole


def _columns(kind: str, rows: list[Row]) -> list[str]:
    extra = dict.fromkeys(name for row in rows for name in row)
    return ["id", *KINDS[kind].fields, *(name for name in extra if name != "id" and name not in KINDS[kind].fields)]


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _typed(row: Row) -> Row:
    return {name: json.loads(value) if name in NUMBERS and isinstance(value, str) and _is_number(value) else value for name, value in row.items()}
