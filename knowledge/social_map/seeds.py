"""The seed entries (entries.yml, more_entries.yml) as HSDS rows. Owns that translation; not storing them.

What Kiem knows beyond HSDS (category, phases, areas by name, translations, who was seen) goes into the service's `kiem` field.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

from knowledge.files import ROOT, read_yaml
from knowledge.places.gazetteer import gazetteer
from knowledge.social_map.areas import area_code, narrowest
from knowledge.social_map.entry import DAYS

FOLDER = ROOT / "social_map"
FILES = ("entries.yml", "more_entries.yml", "serving.yml", "descriptions.yml")
ORIGIN = "seed"
MADE = ("organization", "service", "service_area", "phone", "schedule", "language", "cost_option", "location", "service_at_location")
MADE_BY = 2  # raise it when this module makes other rows of the same files
NAMES = uuid.UUID("5d9bb1b4-6a0d-5f0e-9d5d-6b1f3a7c2e10")  # the namespace of our identifiers
Rows = dict[str, list[dict[str, Any]]]
_DAYS = re.compile(r"\b(Mon-Fri|working days|weekdays|7/7)\b")
_TIMES = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")


def seed_digest() -> str:
    """A hash of everything the seed rows are made from."""
    digest = hashlib.sha256(str(MADE_BY).encode())
    for name in FILES:
        digest.update((FOLDER / name).read_bytes())
    return digest.hexdigest()


def seed_rows() -> Rows:
    """All seed entries as HSDS rows by kind."""
    rows: Rows = {kind: [] for kind in MADE}
    serving: dict[str, list[str]] = read_yaml(FOLDER / "serving.yml")
    descriptions: dict[str, dict[str, str]] = read_yaml(FOLDER / "descriptions.yml")
    for raw in [*read_yaml(FOLDER / "entries.yml"), *map(_filled, read_yaml(FOLDER / "more_entries.yml"))]:
        _add(rows, raw, serving.get(raw["id"]) or narrowest(raw["area"]), descriptions.get(raw["id"], {}))
    return rows


def _filled(raw: dict[str, Any]) -> dict[str, Any]:
    """An entry of more_entries.yml with the fields that nobody verified left empty."""
    empty = {
        "languages": [],
        "cost": "",
        "phone": "",
        "chat_url": "",
        "website": "",
        "opening_hours": "",
        "referral_needed": "",
        "source": "",
        "seed": "",
    }
    unseen = {"verified": False, "phone_verified": False, "phone_source_is_old": False, "source_date": "", "note": ""}
    return {"phases": ["pregnancy", "birth", "0-6m", "6-24m"], "audience": ["parent", "professional"]} | empty | unseen | raw


def _id(kind: str, name: str) -> str:
    return str(uuid.uuid5(NAMES, f"{kind}/{name}"))


def _add(rows: Rows, raw: dict[str, Any], areas: list[str], described: dict[str, str]) -> None:
    key = raw["id"]
    service, organization = _id("service", key), _id("organization", key)
    name = next(raw["names"][code] for code in ("nl", "fr", "en", "de") if raw["names"].get(code))
    about = raw.get("description_en") or name
    rows["organization"].append({"id": organization, "name": name, "description": about, "website": raw["website"]})
    phone = raw["phone"] if raw["phone_verified"] and not raw["phone_source_is_old"] else ""
    kiem = {
        "id": key,
        "category": raw["category"],
        "names": {code: text for code, text in raw["names"].items() if text},
        "descriptions": {"en": about} | described,
        "areas": areas,
        "phases": raw["phases"],
        "audiences": raw["audience"],
        "verified": bool(raw["verified"]),
        "cost": _cost(raw["cost"]),
        "referral": _referral(raw["referral_needed"]),
        "chat": raw["chat_url"],
        "source": raw["source"],
        "unverified_phone": "" if phone else raw["phone"],  # for the check list only: never shown
    }
    rows["service"].append(
        {
            "id": service,
            "organization_id": organization,
            "name": name,
            "description": about,
            "url": raw["website"],
            "status": "active",
            "fees_description": raw["cost"],
            "application_process": raw["referral_needed"],
            "assured_date": _assured(raw["source_date"]),
            "kiem": kiem,
        }
    )
    if phone:
        rows["phone"].append({"id": _id("phone", key), "service_id": service, "number": phone, "type": "voice"})
    for code in raw["languages"]:
        rows["language"].append({"id": _id("language", f"{key}/{code}"), "service_id": service, "code": code})
    for area in areas:
        rows["service_area"].append({"id": _id("area", f"{key}/{area}"), "service_id": service, "name": area})
    if raw["cost"]:
        option = {"id": _id("cost", key), "service_id": service, "currency": "EUR", "amount_description": raw["cost"]}
        rows["cost_option"].append(option | ({"amount": 0} if kiem["cost"] == "free" else {}))
    for days, opens, closes in _hours(raw["opening_hours"]):
        times = {"freq": "WEEKLY", "byday": days, "opens_at": opens, "closes_at": closes, "description": raw["opening_hours"]}
        rows["schedule"].append({"id": _id("schedule", f"{key}/{opens}"), "service_id": service} | times)
    _add_location(rows, raw, service, organization)


def _add_location(rows: Rows, raw: dict[str, Any], service: str, organization: str) -> None:
    """Where it is: the first town its area names."""
    towns = [area for area in raw["area"] if (area_code(area) or "").startswith(("municipality", "postcode"))]
    place = gazetteer().part(towns[0][-4:]) or gazetteer().find(towns[0]) if towns else None
    if place is None or place.point is None:
        return
    location = _id("location", raw["id"])
    at = {"latitude": place.point[0], "longitude": place.point[1], "external_identifier": place.postcode, "external_identifier_type": "postcode"}
    rows["location"].append({"id": location, "location_type": "physical", "organization_id": organization, "name": towns[0]} | at)
    rows["service_at_location"].append({"id": _id("at", raw["id"]), "service_id": service, "location_id": location})


def _cost(text: str) -> str:
    """Free text as one of the kinds that can be said in every language; empty when it is not known."""
    lowered = text.lower()
    if lowered.startswith("free") and "small" not in lowered and "low" not in lowered:
        return "free"
    kinds = (
        ("income", "income"),
        ("small", "low"),
        ("low", "low"),
        ("social rate", "low"),
        ("eur 11", "low"),
        ("reimbursed", "refund"),
        ("refund", "refund"),
    )
    return next((kind for word, kind in kinds if word in lowered), "paid" if lowered else "")


def _referral(text: str) -> str:
    """`no`, `doctor`, `professional`, `maybe` or nothing."""
    lowered = str(text).lower()
    if lowered in ("no", ""):
        return lowered
    return "doctor" if "doctor" in lowered or "gp" in lowered else "professional" if "professional" in lowered or lowered == "yes" else "maybe"


def _assured(text: str) -> str:
    """The newest month that a source date names, as a date; empty when it names none."""
    found = re.findall(r"\b(20\d\d)(?:-(\d\d))?\b", text)
    return max((f"{year}-{month or '01'}-01" for year, month in found), default="")


def _hours(text: str) -> list[tuple[str, str, str]]:
    """Days and times of the phone, where the text says them and somebody saw them; a chat's hours are not the service's."""
    spoken = text.partition(";")[0]
    if "general knowledge" in spoken or spoken.startswith("chat"):
        return []
    if "24/7" in spoken:
        return [(",".join(DAYS), "00:00", "24:00")]
    days = _DAYS.search(spoken)
    if not days:
        return []
    week = ",".join(DAYS if days[1] == "7/7" else DAYS[:5])
    return [
        (week, f"{int(opens):02d}:{minutes or '00'}", f"{int(closes):02d}:{until or '00'}")
        for opens, minutes, closes, until in _TIMES.findall(spoken)
    ]
