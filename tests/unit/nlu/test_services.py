"""When a message gets services: searches and questions with a town do, what is out of scope and small talk do not."""

import pytest

from bot.nlu.services import Reading, wants_services
from knowledge.social_map.categories import categories


def _wants(searching=0.0, outside=0.0, words=0.0, *, place=False, asks=False, rejected=False, behaviour=False):
    return wants_services(Reading(searching, outside, {}, words), place=place, asks=asks, rejected=rejected, behaviour=behaviour)


def test_a_search_and_a_question_with_a_town_get_services():
    assert _wants(0.9)
    assert _wants(0.01, place=True)
    assert _wants(0.05, words=1.0, asks=True)


def test_a_question_alone_does_not():
    assert not _wants(0.1)
    assert not _wants(0.1, words=1.0)


def test_what_is_out_of_scope_stays_without_even_with_a_town():
    assert not _wants(0.3, place=True, rejected=True)
    assert not _wants(0.9, 0.3, words=1.0, place=True, rejected=True)
    assert not _wants(0.4, 0.5, place=True)


def test_thanks_and_greetings_stay_without():
    assert not _wants(0.7, behaviour=True)
    assert _wants(0.7, words=1.0, behaviour=True)


@pytest.mark.parametrize(
    ("text", "language", "category"),
    [
        ("wie helpt mij met borstvoeding in Gent", "nl", "breastfeeding"),
        ("où trouver un psychologue à Liège", "fr", "mental_health_primary"),
        ("need a food bank near 2060", "en", "money_benefits"),
        ("нужна акушерка", "ru", "midwifery"),
        ("Gent'te kreş arıyorum", "tr", "childcare"),
        ("ابحث عن مترجم", "ar", "interpreter"),
        ("OCMW adresinə ehtiyacım var", "tr", "housing_social_welfare"),
    ],
)
def test_the_words_of_a_message_give_the_kind_away(text, language, category):
    scores = categories().scores(text, language)
    assert max(scores, key=scores.__getitem__) == category


def test_an_english_word_is_not_taken_for_a_french_name():
    assert "infant_child_health" not in categories().scores("is there one near me", "en")
