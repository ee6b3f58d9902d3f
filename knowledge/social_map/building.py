"""Makes the entries that are searched from HSDS rows. Owns how a service, its organisation, phones, areas and so on become one entry.

Rows come from anywhere: the seed, or somebody else's HSDS file that knows nothing of Kiem; what such a file does not say stays empty.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from knowledge.social_map.areas import area_code
from knowledge.social_map.categories import categories
from knowledge.social_map.entry import DAYS, Entry

Row = dict[str, Any]
Rows = Mapping[str, Iterable[Row]]
OTHER = "other"  # the category of an imported service that no word gives away


def entries_from(rows: Rows) -> list[Entry]:
    """One entry per service of these rows, in their order."""
    around = _Around(rows)
    return [_entry(service, around) for service in rows.get("service", ())]


class _Around:
    """What belongs to a service or a location, found by its id."""

    def __init__(self, rows: Rows) -> None:
        self._by_id = {kind: {row["id"]: row for row in rows.get(kind, ())} for kind in ("organization", "location")}
        self._linked: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for kind in ("phone", "schedule", "language", "service_area", "cost_option", "service_at_location", "address"):
            for row in rows.get(kind, ()):
                for link in ("service_id", "location_id"):
                    if row.get(link):
                        self._linked[kind, link, row[link]].append(row)

    def one(self, kind: str, key: str | None) -> Row:
        return self._by_id[kind].get(key or "", {})

    def of(self, kind: str, service: str) -> list[Row]:
        return self._linked[kind, "service_id", service]

    def at(self, kind: str, location: str) -> list[Row]:
        return self._linked[kind, "location_id", location]


def _entry(service: Row, around: _Around) -> Entry:
    key = service["id"]
    kiem: Row = _kiem(service)
    organization = around.one("organization", service.get("organization_id"))
    locations = [around.one("location", link.get("location_id")) for link in around.of("service_at_location", key)]
    addresses = [address for location in locations if location for address in around.at("address", location["id"])]
    return Entry(
        id=kiem.get("id") or key,
        service_id=key,
        category=kiem.get("category") or categories().guess(f"{service.get('name') or ''} {service.get('description') or ''}") or OTHER,
        names=kiem.get("names") or {"en": service.get("name") or ""},
        descriptions=kiem.get("descriptions") or ({"en": service["description"]} if service.get("description") else {}),
        organization=organization.get("name") or "",
        areas=tuple(kiem.get("areas") or _areas(around.of("service_area", key), addresses)),
        languages=tuple(dict.fromkeys(row["code"] for row in around.of("language", key) if row.get("code"))),
        phases=tuple(kiem.get("phases") or ()),
        audiences=tuple(kiem.get("audiences") or ()),
        phones=tuple(dict.fromkeys(row["number"] for row in _phones(around, key, locations) if row.get("number"))),
        chat=kiem.get("chat") or "",
        website=service.get("url") or organization.get("website") or "",
        hours=tuple(_hours(around.of("schedule", key))),
        cost=kiem.get("cost") or _cost(around.of("cost_option", key)),
        referral=kiem.get("referral") or "",
        verified=bool(kiem.get("verified", not kiem)),  # who publishes an HSDS file vouches for it
        assured=_date(service.get("assured_date")),
        source=kiem.get("source") or "",
        address=_address(addresses),
        point=next((point for point in map(_point, locations) if point), None),
        active=service.get("status") in ("active", "", None),
    )


def _kiem(service: Row) -> Row:
    """What Kiem knows beyond HSDS; in a table it is JSON in a cell."""
    raw = service.get("kiem") or {}
    return json.loads(raw) if isinstance(raw, str) else raw


def _phones(around: _Around, service: str, locations: list[Row]) -> list[Row]:
    return around.of("phone", service) or [phone for location in locations if location for phone in around.at("phone", location["id"])]


def _areas(areas: list[Row], addresses: list[Row]) -> list[str]:
    """Areas by name; without any, the postcodes where it is."""
    named = [row.get("name") or row.get("extent") or "" for row in areas]
    return [name for name in named if name] or [address["postal_code"] for address in addresses if area_code(str(address.get("postal_code") or ""))]


def _hours(schedules: list[Row]) -> Iterable[tuple[str, str, str]]:
    for row in schedules:
        opens, closes = (str(row.get(name) or "")[:5] for name in ("opens_at", "closes_at"))
        if opens and closes:
            yield (row.get("byday") or ",".join(DAYS)).replace(" ", ""), opens, closes


def _cost(options: list[Row]) -> str:
    amounts = [row.get("amount") for row in options if row.get("amount") not in (None, "")]
    if not amounts:
        return ""
    with suppress(ValueError):
        return "free" if all(float(amount) == 0 for amount in amounts) else "paid"
    return ""


def _date(text: str | None) -> date | None:
    with suppress(ValueError, TypeError):
        return date.fromisoformat(str(text)[:10])
    return None


def _address(addresses: list[Row]) -> str:
    parts = (addresses[0].get(name) for name in ("address_1", "postal_code", "city")) if addresses else ()
    return ", ".join(part for part in parts if part)


def _point(location: Row) -> tuple[float, float] | None:
    with suppress(ValueError, TypeError, KeyError):
        return float(location["latitude"]), float(location["longitude"])
    return None
