"""The lexicon: every rule finds its own messages and leaves the others; denial, past, quotation and figures of speech are read per clause."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BrokenKnowledge
from bot.safety.gate import load_lexicons
from bot.safety.lexicon import FOLDER, Lexicon, wrong_messages
from bot.safety.verdict import LEVELS, rank
from knowledge.library import library

RULES = {
    "negation": ["niet", "nooit", "geen"],
    "breaks": ["maar", "want"],
    "past": ["vroeger", "jaren geleden"],
    "now": ["nu", "weer"],
    "others": ["mijn vriendin"],
    "quoted": ["in de film"],
    "self": ["ik"],
    "idioms": ["lach me dood"],
    "rules": [
        {
            "id": "wish",
            "domain": "self_harm",
            "level": "today",
            "find": ["wil|wou ..4 dood|sterven", "niet meer leven", "zelfmoord~"],
            "yes": ["ik wil dood"],
        },
        {
            "id": "fever",
            "domain": "baby_red_flag",
            "level": "today",
            "find": ["koorts*"],
            "all": [["3 weken", "drie weken"]],
            "yes": ["koorts, drie weken oud"],
        },
    ],
}
LEXICON = Lexicon(RULES, "test")
WRITTEN = sorted(path.stem for path in FOLDER.glob("??.yml"))


def level_of(text: str) -> str:
    return max((found.level for found in LEXICON.find(text)), key=rank, default="none")


@pytest.mark.parametrize(
    "text",
    [
        "ik wil dood",
        "IK WIL DOOD!!",
        "ik wil doooood",
        "ik wil eigenlijk gewoon dood",
        "ik kan niet meer ik wil dood",
        "ik ben niet suïcidaal maar ik wil niet meer leven",
        "ik lach me dood, maar ik wil echt niet meer leven",
        "zelfmord spookt door mijn hoofd",
        "zelfmoodr",
        "mijn vriendin wil dood",
        "vroeger ook al, en nu wil ik weer dood",
        "ons kind is drie weken oud en heeft koorts",
    ],
)
def test_danger_is_found_whatever_stands_around_it(text):
    assert level_of(text) == "today"


@pytest.mark.parametrize(
    "text",
    [
        "ik wil niet dood",
        "nooit zelfmoord overwogen",
        "ik lach me dood",
        "in de film wil ze dood",
        "ik wil een taart. dood is dood",
        "mijn kind van twee jaar heeft koorts",
        "",
        "\0\n...",
    ],
)
def test_what_is_denied_quoted_or_a_figure_of_speech_is_left(text):
    assert level_of(text) == "none"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None), max_size=200))  # lone surrogates too
def test_any_text_is_read(text):
    assert LEXICON.find(f"{text}\nik wil dood\n{text}") is not None


@pytest.mark.parametrize("around", ["\ud800", "\x00", "\u202e", "😀", "\ufdfa", "<b>"])
def test_danger_beside_broken_characters_is_found(around):
    assert level_of(f"{around} ik wil dood {around}") == "today"


def test_what_is_long_past_is_remembered_only():
    assert level_of("vroeger wou ik dood") == "watch"


def test_somebody_elses_danger_is_told_apart():
    assert [found.whose for found in LEXICON.find("mijn vriendin wil dood")] == ["other"]
    assert [found.whose for found in LEXICON.find("ik wil dood")] == ["self"]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"find": ["..99 dood"]}, "skips more than"),
        ({"find": [".."]}, "names no word"),
        ({"level": "urgent"}, "urgent"),
        ({"yes": None, "find": None}, "lacks"),
    ],
)
def test_a_broken_rule_is_named(broken, said):
    rule = RULES["rules"][0] | broken
    with pytest.raises(BrokenKnowledge, match=said) as raised:
        Lexicon(RULES | {"rules": [rule]}, "nl.yml")
    assert "nl.yml" in str(raised.value)


@pytest.mark.parametrize("language", WRITTEN)
def test_every_rule_finds_its_messages_and_leaves_the_others(language):
    assert wrong_messages(load_lexicons()[language]) == []


def test_every_language_has_rules_for_what_kills():
    assert set(WRITTEN) == set(library().languages)
    deadly = {"self_harm", "harm_to_baby", "psychosis", "violence", "baby_red_flag", "pregnancy_red_flag"}
    for language in WRITTEN:
        rules = load_lexicons()[language].rules
        assert deadly <= {rule.domain for rule in rules if rank(rule.level) >= rank("today")}, language


def test_rules_and_examples_use_the_ids_of_the_taxonomy():
    from bot.safety.training import read_all_examples

    domains = set(library().taxonomy["signals"]["domains"])
    for language in WRITTEN:
        assert {rule.domain for rule in load_lexicons()[language].rules} <= domains
    examples = read_all_examples()
    assert {domain for example in examples for domain in example.domains} <= domains
    assert {example.language for example in examples} == set(library().languages)
    assert {example.level for example in examples} == set(LEVELS)
