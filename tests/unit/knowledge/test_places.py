"""Places: names in several languages and scripts, spellings people use, postcodes, zones and distances."""

import pytest

from knowledge.places.gazetteer import gazetteer


@pytest.mark.parametrize(
    ("written", "name", "region"),
    [
        ("Gand", "Gent", "flanders"),
        ("Anvers", "Antwerpen", "flanders"),
        ("molenbeek", "Sint-Jans-Molenbeek", "brussels"),
        ("1080", "Sint-Jans-Molenbeek", "brussels"),
        ("Laken", "Brussel", "brussels"),
        ("Borgerhout", "Antwerpen", "flanders"),
        ("Ledeberg", "Gent", "flanders"),
        ("Luik", "Luik", "wallonia"),
        ("Eupen", "Eupen", "ostbelgien"),
        ("بروكسل", "Brussel", "brussels"),
    ],
)
def test_a_place_is_known_as_people_write_it(written, name, region):
    place = gazetteer().find(written)
    assert (place.name, place.region) == (name, region)


@pytest.mark.parametrize("written", ["", None, "Amsterdam", "0000", "baby"])
def test_what_is_no_belgian_place_is_none(written):
    assert gazetteer().find(written) is None


def test_every_spelling_leads_somewhere():
    assert all(gazetteer().find(name) for name in gazetteer().names)


@pytest.mark.parametrize(
    ("written", "postcode"),
    [
        ("Генте", "9000"),
        ("Брюсселі", "1000"),
        ("Gandawie", "9000"),
        ("Genk'te", "3600"),
        ("beringende", "3580"),
        ("بأنتويرب", "2000"),
        ("Gentit", "9000"),
        ("d'Uccle", "1180"),
        ("st niklaas", "9100"),
        ("SAINT-GILLES", "1060"),
        ("la louviere", "7100"),
        ("Lüttich", "4000"),
        ("Overpelt", "3900"),
        ("1050", "1050"),
    ],
)
def test_endings_prefixes_and_spellings_lead_to_the_place(written, postcode):
    assert gazetteer().find(written).postcode == postcode


def test_a_shared_postcode_belongs_to_the_municipality_people_mean():
    assert gazetteer().find("1050").name == "Elsene"
    assert gazetteer().find("1040").name == "Etterbeek"


def test_places_know_their_zone_and_how_far_apart_they_are():
    jette, molenbeek, arlon = (gazetteer().find(name) for name in ("Jette", "Molenbeek", "Arlon"))
    assert (jette.zone, molenbeek.zone) == ("brussels:north", "brussels:centre_west")
    assert gazetteer().find("Brussel").zone == ""  # it lies in three zones
    assert 1 < jette.distance(molenbeek) < 5
    assert 150 < jette.distance(arlon) < 190


def test_names_in_the_language_of_the_reader():
    liege, ghent = gazetteer().find("Luik"), gazetteer().find("Gent")
    assert [liege.called(language) for language in ("nl", "fr", "de", "en")] == ["Luik", "Liège", "Lüttich", "Liège"]
    assert [ghent.called(language) for language in ("nl", "fr", "ar")] == ["Gent", "Gand", "Gent"]
