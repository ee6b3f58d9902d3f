"""Finding services: they serve the place, say why, are never none, and no unverified phone is among them."""

from datetime import datetime

from knowledge.files import ROOT, read_yaml
from knowledge.library import library
from knowledge.places.gazetteer import gazetteer
from knowledge.social_map.areas import serves
from knowledge.social_map.cards import card, cards, what_to_say
from knowledge.social_map.categories import categories
from knowledge.social_map.search import HERE

RAW = read_yaml(ROOT / "social_map" / "entries.yml")


def _word(language):
    return lambda key, **values: library().text(key, language, **values)


DOORS = [
    ("mother_baby_unit", "Antwerpen", "mbu-zoersel"),
    ("mother_baby_unit", "Luik", "mbu-citadelle"),
    ("money_benefits", "Brugge", "mamastart-brugge"),
    ("infant_child_health", "Eupen", "kaleido"),
    ("interpreter", "Gent", "amal-gent"),
    ("childcare", "Etterbeek", "antenne-jonge-kind-brussel"),
    ("culture_leisure", "1090", "jette-essegem"),
    ("maternity_care_at_home", "Roeselare", "dewieg"),
    ("poison_info", None, "antigifcentrum"),
]


def test_the_right_door_is_among_three_and_serves_the_place(social_map):
    for category, place, wanted in DOORS:
        found, where = social_map.search("", [category], place=place), gazetteer().find(place)
        assert wanted in [one.entry.id for one in found], (category, place)
        assert where is None or all(serves(one.entry.areas, where) for one in found)


def test_nobody_leaves_empty_handed(social_map):
    for place in ("Arlon", "Eupen", "Jette", "2060", None):
        assert [category for category in categories().ids if not social_map.search("", [category], place=place)] == []


def test_the_name_in_the_message_leads_to_the_entry(social_map):
    assert social_map.search("babykaart", ["money_benefits"], place="Brugge")[0].entry.id == "babykaart-brugge"


def test_it_says_why(social_map):
    found = social_map.search("", ["money_benefits"], place="Brugge", language="nl")[0]
    assert {("place", "8000"), ("language", "nl"), ("free", "")} <= set(found.because)


def test_what_stands_in_for_what_was_wanted_says_so(social_map):
    found = social_map.search("", ["no_such_category"], place="Gent")
    assert found and all(("instead", "") in one.because for one in found)


def test_what_was_refused_does_not_come_back(social_map):
    first = [one.entry.id for one in social_map.search("", ["family_support"], place="Jette")]
    then = [one.entry.id for one in social_map.search("", ["family_support"], place="Jette", skip=first)]
    assert then and not set(first) & set(then)


def test_at_night_only_what_is_open(social_map):
    night = datetime(2026, 11, 25, 3, 30, tzinfo=HERE)
    found = social_map.search("", ["crisis_line"], place="Lier", open_now=True, now=night)
    assert found and all(one.entry.is_always_open for one in found if ("instead", "") not in one.because)


def test_people_who_say_it_did_not_help_move_an_entry_down(social_map):
    before = [one.entry.id for one in social_map.search("", ["housing_social_welfare"], place="Leuven")]
    for _ in range(40):
        social_map.count({before[0]: "failed"})
    assert social_map.search("", ["housing_social_welfare"], place="Leuven")[0].entry.id != before[0]


def test_no_card_shows_a_phone_that_nobody_has_seen(social_map):
    unseen = [raw["phone"] for raw in RAW if raw["phone"] and not (raw["phone_verified"] and not raw["phone_source_is_old"])]
    assert unseen
    for raw in RAW:
        shown = card(social_map.entry(raw["id"]), "nl", _word("nl"))
        assert not any(phone in shown for phone in unseen if len(phone) > 4)


def test_a_card_reads_in_every_language(social_map):
    ghent = gazetteer().find("Gent")
    for language in library().languages:
        text = cards(social_map.search("", ["midwifery"], place=ghent, language=language), language, _word(language), ghent)
        assert categories().name("midwifery", language) in text
        assert "{" not in text + what_to_say("midwifery", language, _word(language), ghent)


def test_hours_are_written_in_the_readers_language(social_map):
    assert "ma-vr 09:00-19:00" in card(social_map.entry("ecoute-violences-conjugales"), "nl", _word("nl"))
    assert "jour et nuit" in card(social_map.entry("antigifcentrum"), "fr", _word("fr"))


def test_every_organisation_of_the_seed_documents_is_an_entry(social_map):
    ids = [raw["id"] for raw in RAW]
    assert len(ids) == 235 and all(social_map.entry(key) for key in ids)


def test_seeding_again_changes_nothing_and_keeps_the_counts(social_map):
    social_map.count({"ocmw": "shown"})
    social_map.prepare()
    assert "ocmw" in [one.entry.id for one in social_map.search("ocmw", ["housing_social_welfare"])]
