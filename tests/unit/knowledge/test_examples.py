"""The training examples: enough different ones of every topic in every language, and as people write them."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from bot.settings import PROJECT
from knowledge.examples_check import ENOUGH, read_intents
from knowledge.library import FULL_LANGUAGES, library

TOO_ALIKE = 0.8  # Jaccard similarity of words


def _examples(language: str) -> dict[str, list[str]]:
    found = defaultdict(list)
    for path in sorted((PROJECT / "nlu_data" / language).glob("*.yml")):
        for intent, text in read_intents(path):
            found[intent].append(text)
    return found


def _different(texts: list[str]) -> list[frozenset[str]]:
    """The word sets of these examples, leaving out each that is nearly one before."""
    kept: list[frozenset[str]] = []
    for text in texts:
        words = frozenset(re.sub(r"\W+", " ", text.lower()).split())
        if all(len(words & other) <= TOO_ALIKE * len(words | other) for other in kept):
            kept.append(words)
    return kept


@pytest.mark.parametrize("language", library().languages)
def test_every_topic_has_enough_examples_that_differ(language):
    enough = ENOUGH["full" if language in FULL_LANGUAGES else "supported"]
    examples = _examples(language)
    assert {topic: count for topic in library().topic_ids() if (count := len(_different(examples[topic]))) < enough} == {}


@pytest.mark.parametrize("language", FULL_LANGUAGES)
def test_every_topic_has_long_stories_and_short_questions(language):
    examples = _examples(language)
    for topic in library().topic_ids():
        lengths = [len(text.split()) for text in examples[topic]]
        assert min(lengths) <= 6, topic
        assert sum(length >= 15 for length in lengths) >= 2, topic


@pytest.mark.parametrize("language", [each for each in library().languages if each not in FULL_LANGUAGES])
def test_the_most_asked_topics_have_a_story_in_every_supported_language(language):
    examples = _examples(language)
    shortest = 60  # characters; words are no measure across languages that join them
    assert [topic for topic in library().most_asked if max(map(len, examples[topic])) < shortest] == []
