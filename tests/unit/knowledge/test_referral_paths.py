"""Referral paths: the five cases of the seeds lead to the right one; each is whole in three languages and opens with its red flags."""

import pytest

from knowledge.check import unknown_numbers
from knowledge.library import library
from knowledge.places.gazetteer import gazetteer
from knowledge.referral_paths.paths import LANGUAGES, paths
from knowledge.referral_paths.wording import path_text

# The five cases of the network day, as short as a colleague would type them.
CASES = [
    ("zes maanden zwanger, gevlucht uit Afghanistan, spreekt geen Nederlands, angstig, zorgen om huisvesting", "no_shared_language"),
    ("bipolaire problematiek met medicatie, nu zwanger, bezorgd om het kindje", "bipolar_medication"),
    ("mama uitgeput en angstig, baby slaapt slecht, borstvoeding loopt moeilijk, hij blijft maar huilen", "crying_sleep_feeding"),
    ("haar man vlucht in zijn werk en rookt cannabis, relatie onder spanning, voelt zich in de steek gelaten", "partner_in_difficulty"),
    ("moeder drinkt terug, eerdere kinderen geplaatst wegens alcoholmisbruik, roept tegen de baby", "substance_use"),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_the_five_seed_cases_lead_to_their_path(text, wanted):
    assert paths().recognise(text).path.id == wanted


@pytest.mark.parametrize(
    ("text", "wanted", "also"),
    [
        ("EPDS 17, 5 weken pp, Tienen, geen Nederlands", "moderate_depression_anxiety", ["no_shared_language"]),
        ("EPDS 25, 3 semaines, Namur", "severe_depression_suicidal", []),
        ("confused, hears voices since day 5, delusions", "postpartum_psychosis", []),
        ("soupçon de maltraitance, nourrisson avec des bleus", "neglect_abuse", []),
    ],
)
def test_a_case_leads_to_its_path_and_to_what_comes_with_it(text, wanted, also):
    match = paths().recognise(text)
    assert (match.path.id, [path.id for path in match.also]) == (wanted, also)


@pytest.mark.parametrize("text", ["hello", "wat is een MDO", "hoe schrijf ik mij in op de sociale kaart", ""])
def test_what_is_no_case_has_no_path(text):
    assert paths().recognise(text) is None


def test_there_are_seventeen_numbered_as_in_the_notes():
    assert [path.number for path in paths().all] == list(range(1, 18))


@pytest.mark.parametrize("path", paths().all, ids=lambda path: path.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_path_is_whole_and_opens_with_its_red_flags(path, language):
    text = path_text(path, language, [], gazetteer().find("Tienen"))
    assert text.index(path.red_flags[language][0]) < text.index(path.steps[language][0].who)
    assert len(path.steps[language]) >= 3 and path.meanwhile[language] in text
    assert unknown_numbers(library(), text) == []
    assert path.review["state"] == "draft" and path.sources and set(path.services) <= set(library().taxonomy["service_categories"])
