"""No case has leaked into the training data: figures on the cases would mean nothing."""

import re
from collections import defaultdict

import pytest

from bot.evaluation.cases import read_cases
from bot.nlu.language import read_examples
from bot.settings import PROJECT
from knowledge.files import read_yaml

TOO_CLOSE = 0.7  # Jaccard similarity of character 4-grams
SHORTEST = 15  # letters: below, two people may well type the same ("goedemorgen", "fever baby")


def _grams(text: str) -> frozenset[str]:
    plain = re.sub(r"\W+", " ", text.lower()).strip()
    return frozenset(plain[index : index + 4] for index in range(len(plain) - 3))


def find_leaks(cases: list[tuple[str, str]], examples: list[str]) -> list[tuple[str, str]]:
    """(case id, example) pairs that are nearly the same. An index on rare 4-grams keeps it from comparing all with all."""
    index = defaultdict(set)
    grams = [_grams(example) for example in examples]
    for number, found in enumerate(grams):
        for gram in found:
            index[gram].add(number)
    leaks = []
    for name, text in cases:
        own = _grams(text)
        rarest = sorted(own, key=lambda gram: len(index[gram]))[: max(1, len(own) // 3 + 1)]
        near = {number for gram in rarest for number in index[gram]}
        leaks += [(name, examples[number]) for number in near if len(own & grams[number]) > TOO_CLOSE * len(own | grams[number])]
    return leaks


def test_no_case_is_nearly_a_training_example():
    cases = [(case.id, case.text) for case in read_cases((PROJECT / "tests" / "cases").glob("*.jsonl")) if len(case.text) >= SHORTEST]
    assert len(cases) > 2000
    assert find_leaks(cases, [text for _, text in read_examples(PROJECT / "nlu_data")]) == []
    searches = [read_yaml(path) for path in (PROJECT / "knowledge" / "social_map" / "examples").glob("*.yml")]
    assert find_leaks(cases, [sentence for table in searches for sentences in table.values() for sentence in sentences]) == []


@pytest.mark.parametrize("leak", ["Mijn baby huilt al heel de avond!!", "mijn baby huilt al heel den avond"])
def test_a_leak_would_be_found(leak):
    assert find_leaks([("x", leak)], ["iets heel anders over melk", "mijn baby huilt al heel de avond"])
