"""HSDS in and out: nothing lost, nothing half, every bad row named; and the counts of what people do not find."""

import csv
import json
from datetime import date

import pytest

from bot.errors import BrokenMap
from knowledge.places.gazetteer import gazetteer
from knowledge.social_map import exchange, gaps
from knowledge.social_map.checking import to_phone

SERVICE = {
    "id": "a1",
    "name": "Breastfeeding café",
    "status": "active",
    "description": "Parents meet and a lactation consultant answers questions.",
    "assured_date": "2026-05-01",
    "made_up_field": {"kept": [1, 2]},
    "organization": {"id": "o1", "name": "Milk", "description": "Volunteers", "website": "https://milk.example"},
    "phones": [{"id": "p1", "number": "02 000 00 00", "languages": [{"id": "l1", "code": "fr"}]}],
    "languages": [{"id": "l2", "code": "nl"}],
    "cost_options": [{"id": "c1", "amount": 0}],
    "service_areas": [{"id": "s1", "name": "Gent 9000"}],
    "schedules": [{"id": "h1", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "12:00"}],
    "service_at_locations": [{"id": "x1", "location": {"id": "y1", "location_type": "physical", "latitude": 51.05, "longitude": 3.72}}],
}


def _plain(rows):
    return {kind: [{name: exchange._cell(value) for name, value in row.items()} for row in found] for kind, found in rows.items() if found}


@pytest.fixture
def nested(tmp_path):
    path = tmp_path / "service.json"
    path.write_text(json.dumps({"contents": [SERVICE]}), "utf-8")
    return path


@pytest.mark.parametrize("target", ["out", "out.json"])
def test_what_goes_in_comes_out_again(social_map, nested, tmp_path, target):
    rows = exchange.read(nested)
    with social_map.engine.begin() as connection:
        social_map.replace(connection, "milk", rows)
        stored = social_map.rows(connection, "milk")
    (exchange.write_json if target.endswith("json") else exchange.write_tables)(stored, tmp_path / target)
    assert _plain(exchange.read(tmp_path / target)) == _plain(rows)
    assert rows["service"][0]["made_up_field"] == {"kept": [1, 2]}


def test_an_imported_service_is_found_beside_the_seed(social_map, nested):
    with social_map.engine.begin() as connection:
        social_map.replace(connection, "milk", exchange.read(nested))
        social_map.rebuild(connection)
    found = social_map.search("breastfeeding café", ["breastfeeding"], place="Gent")[0].entry
    assert (found.id, found.phones, found.languages, found.is_free) == ("a1", ("02 000 00 00",), ("nl",), True)
    assert found.is_open(0, "10:00") and not found.is_open(2, "10:00")
    assert social_map.entry("ocmw")


def test_the_seed_survives_the_way_out_and_in(social_map, tmp_path):
    with social_map.engine.connect() as connection:
        rows = social_map.rows(connection, "seed")
    exchange.write_tables(rows, tmp_path / "seed")
    assert _plain(exchange.read(tmp_path / "seed")) == _plain(rows)


def test_every_bad_row_is_named_and_nothing_is_imported(tmp_path):
    for name, rows in {
        "services.csv": [["id", "organization_id", "name", "status"], ["1", "o", "A", "active"], ["2", "", "B", "active"], ["3", "o", "C", "asleep"]],
        "locations.csv": [["id", "location_type", "latitude"], ["9", "physical", "north"]],
    }.items():
        with (tmp_path / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    with pytest.raises(BrokenMap) as error:
        exchange.read(tmp_path)
    for told in (
        "services.csv:3: service: organization_id is missing",
        "services.csv:4",
        "asleep",
        "locations.csv:2",
        "must be a number",
        "Nothing was imported",
    ):
        assert told in str(error.value)


def test_an_object_nested_in_two_places_is_one(tmp_path):
    path = tmp_path / "two.json"
    bare = {name: SERVICE[name] for name in ("name", "status", "organization")}
    path.write_text(json.dumps([SERVICE, {**bare, "id": "a2"}]), "utf-8")
    assert len(exchange.read(path)["organization"]) == 1


@pytest.mark.parametrize("text", ["{", "[]x", '[{"no": "id"}]', '{"contents": [3]}'])
def test_what_is_no_hsds_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BrokenMap):
        exchange.read(path)


def test_the_check_list_begins_with_what_is_shown_most(social_map):
    for _ in range(3):
        social_map.count({"huisarts": "shown"})
    assert to_phone(social_map.engine, date(2026, 11, 27))[0].startswith("huisarts:")


def test_needs_are_counted_without_small_numbers(social_map):
    jette = gazetteer().find("Jette")
    found = social_map.search("", ["childcare"], place=jette)
    for language, times in (("nl", 6), ("so", 4)):
        for number in range(times):
            gaps.count(social_map.engine, ["childcare"], language, jette, [] if number == 0 else found, date(2026, 11, 3))
    rows = gaps.table(social_map.engine)
    assert [(row["language"], row["zone"], row["asked"], row["not_found"]) for row in rows] == [("nl", "brussels:north", 6, None)]
    assert gaps.as_csv(rows).splitlines()[1] == "2026-11,childcare,nl,brussels:north,6,<5"
