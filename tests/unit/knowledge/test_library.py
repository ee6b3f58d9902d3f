"""The knowledge as delivered: complete in three languages, no broken promise, every fact of the seed documents answered."""

import re
from pathlib import Path

import pytest

from bot.errors import BrokenKnowledge
from bot.settings import PROJECT
from knowledge.check import check_all, unknown_numbers
from knowledge.files import read_yaml
from knowledge.library import FULL_LANGUAGES, library

SEED_FACTS = read_yaml(Path(__file__).parent / "seed_facts.yml")


def test_the_check_finds_no_error():
    assert [str(finding) for finding in check_all() if finding.is_error] == []


@pytest.mark.parametrize("topic_id", library().topic_ids())
def test_every_topic_is_answered_in_three_languages(topic_id):
    for language in FULL_LANGUAGES:
        assert library().answer(topic_id, language).short


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'").lower())


@pytest.mark.parametrize("row", SEED_FACTS, ids=lambda row: f"{row['document'][:3]}: {row['fact']}"[:70])
def test_every_fact_of_the_seed_documents_is_answered_somewhere(row):
    for language, words in row["says"].items():
        answer = library().answer(row["topic"], language)
        said = " ".join([answer.short, answer.more, *answer.steps, answer.simple, *answer.regions.values()])
        assert _plain(str(words)) in _plain(said)


def test_all_five_seed_documents_are_covered():
    assert len({row["document"] for row in SEED_FACTS}) == 5
    assert len(SEED_FACTS) >= 150


@pytest.mark.parametrize("text", ["Bel 113 nu.", "Call 988 now", "appelez le 3114", "phone 0471 999 888", "Bel 0900 01 13"])
def test_a_number_that_is_not_ours_is_found(text):
    assert unknown_numbers(library(), text)


@pytest.mark.parametrize(
    "text",
    ["Bel 112.", "Call 1813 now", "appelez le 0800 32 123", "15 weeks, 1500 euro, born in 2024", "Bel in 2024 naar 070 245 245"],
)
def test_our_numbers_and_ordinary_figures_pass(text):
    assert unknown_numbers(library(), text) == []


def test_a_missing_text_names_the_file():
    with pytest.raises(BrokenKnowledge, match="en.yml"):
        library().text("no_such_text", "nl")


def test_a_broken_file_says_file_and_line(tmp_path):
    broken = tmp_path / "topic.yml"
    broken.write_text("id: x\ntitle: {nl: a: b}\n", "utf-8")
    with pytest.raises(BrokenKnowledge, match=r"topic.yml:2"):
        read_yaml(broken)


def test_yes_and_no_in_yaml_stay_words(tmp_path):
    path = tmp_path / "a.yml"
    path.write_text("on: 2026-01-01\nanswer: no\nflag: true\n", "utf-8")
    assert set(read_yaml(path)) == {"on", "answer", "flag"}
    assert read_yaml(path)["answer"] == "no"
    assert read_yaml(path)["flag"] is True


def test_the_region_shown_is_where_the_person_lives_or_what_the_language_says():
    topic = next(topic for topic in library().topics.values() if {"flanders", "brussels"} <= set(topic.answers["nl"].regions))
    assert topic.region_for("brussels", "nl") == "brussels"
    assert topic.region_for(None, "nl") == "flanders"
    assert topic.region_for(None, "en") is None


def test_the_taxonomy_holds_131_topics():
    assert len(library().topic_ids()) == 131
    assert (PROJECT / "knowledge" / "taxonomy.yml").is_file()
