"""Details in messages: place, weeks of pregnancy, age of the child; and what only looks like one."""

import pytest

from bot.nlu.details import details


def _found(text: str) -> dict:
    return {entity["entity"]: entity["value"] for entity in details().find(text)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("wie kan er bij mij thuis helpen, wij wonen in Aalst", {"place": "Aalst", "region": "flanders"}),
        ("32w zwanger en veel rugpijn", {"weeks": 32}),
        ("ben 20 weken zwanger", {"weeks": 20}),
        ("enceinte de 6 mois à Molenbeek", {"place": "Molenbeek", "region": "brussels", "weeks": 26}),
        ("mijn dochtertje is 5 mnd oud", {"months": 5}),
        ("baby 3 weeks old fever", {"months": 0}),
        ("mon fils a 1 an et demi", {"months": 12}),
        ("ik woon in 2140", {"place": "2140", "region": "flanders"}),
        ("1080", {"place": "1080", "region": "brussels"}),
        ("8 ay hamileyim", {"weeks": 35}),
        ("ابنتي عمرها 5 أسابيع في بروكسل", {"place": "بروكسل", "region": "brussels", "months": 1}),
        ("my baby is 7-months old", {"months": 7}),
    ],
)
def test_a_detail_is_found(text, wanted):
    assert _found(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["2500 gram bij de geboorte", "in mijn tuin zit een mol", "geboren 2024", "ik ben 34 jaar", "90 weken zwanger", "", "😀"],
)
def test_what_only_looks_like_a_detail_is_not_one(text):
    assert _found(text) == {}
