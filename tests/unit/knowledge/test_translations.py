"""The 40 most asked answers in the 15 supported languages: there, marked as translated, and the same in all that can be compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.library import FULL_LANGUAGES, library
from knowledge.translations_check import Instruction, differences, instructions

SUPPORTED = [language for language in library().languages if language not in FULL_LANGUAGES]


def test_there_are_fifteen_languages_and_forty_topics():
    assert len(SUPPORTED) == 15
    assert len(set(library().most_asked)) == 40


@pytest.mark.parametrize("language", SUPPORTED)
def test_the_most_asked_answers_are_translated_and_say_so(language):
    for topic_id in library().most_asked:
        topic = library().topics[topic_id]
        assert topic.answers[language].short
        assert topic.title[language]
        assert topic.review[language]["state"] == "translated"


@pytest.mark.parametrize("language", SUPPORTED)
def test_figures_phone_numbers_names_and_emergency_instructions_equal_the_source(language):
    answered = [topic for topic in library().topics.values() if language in topic.answers]
    assert [f"{topic.id}: {problem}" for topic in answered for problem in differences(library(), topic, language)] == []


def test_the_instructions_of_a_text_are_listed():
    text = library().answer("baby_poisoning", "en").short
    assert instructions(library(), text, "en") == [
        Instruction(("now",), (), ("112",)),
        Instruction(("now",), (), ("070 245 245",)),
        Instruction(("now",), ("hospital",), ()),
    ]


@pytest.mark.parametrize(
    ("language", "topic_id", "right", "wrong", "problem"),
    [
        ("de", "breastfeeding_problems", "heute", "jetzt", "instructions"),
        ("ar", "baby_fever", "فورا", "اليوم", "instructions"),
        ("so", "pregnancy_bleeding", "112", "113", "figures"),
        ("ru", "baby_poisoning", "245 245", "245 254", "figures"),
        ("uk", "baby_crying", "лікарю", "бабусі", "instructions"),
        ("fa", "money_budget_help", "OCMW", "شهرداری", "name OCMW"),
    ],
)
def test_a_wrong_translation_is_found(language, topic_id, right, wrong, problem):
    topic = library().topics[topic_id]
    short = topic.answers[language].short
    assert right in short
    changed = replace(topic, answers={**topic.answers, language: replace(topic.answers[language], short=short.replace(right, wrong))})
    assert any(problem in found for found in differences(library(), changed, language))
