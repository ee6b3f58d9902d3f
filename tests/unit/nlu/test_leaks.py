"""No case has leaked into the training data: figures on the cases would mean nothing."""

import re
from collections import defaultdict

import pytest

from bot.evaluation.cases import read_cases
from bot.nlu.language import read_examples
from bot.safety.gate import load_lexicons
from bot.safety.training import read_all_examples
from bot.settings import PROJECT

TOO_CLOSE = 0.7  # Jaccard similarity of character 4-grams
SHORTEST = 15  # letters: below, two people may well type the same ("goedemorgen", "fever baby")


def _grams(text: str) -> frozenset[str]:
    plain = re.sub(r"\W+", " ", text.lower()).strip()
    return frozenset(plain[index : index + 4] for index in range(len(plain) - 3))


def _are_close(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common > TOO_CLOSE * (len(one) + len(other) - common)


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
        alike = range(int(TOO_CLOSE * len(own)), int(len(own) / TOO_CLOSE) + 2)  # others have too much or too little to be that close
        rarest = sorted(own, key=lambda gram: len(index[gram]))[: max(1, len(own) // 3 + 1)]
        near = {number for gram in rarest for number in index[gram] if len(grams[number]) in alike}
        leaks += [(name, examples[number]) for number in near if _are_close(own, grams[number])]
    return leaks


def test_no_case_is_nearly_a_training_example():
    cases = [(case.id, case.text) for case in read_cases((PROJECT / "tests" / "cases").glob("*.jsonl")) if len(case.text) >= SHORTEST]
    assert len(cases) > 2000
    assert find_leaks(cases, [text for _, text in read_examples(PROJECT / "nlu_data")]) == []


@pytest.mark.slow
def test_no_case_is_nearly_a_signal_example_or_a_rules_message():
    cases = [(case.id, case.text) for case in read_cases((PROJECT / "tests" / "cases").glob("*.jsonl")) if len(case.text) >= SHORTEST]
    rules = [rule for lexicon in load_lexicons().values() for rule in lexicon.rules]
    assert find_leaks(cases, [example.text for example in read_all_examples()]) == []
    assert find_leaks(cases, [text for rule in rules for text in (*rule.yes, *rule.no)]) == []


@pytest.mark.parametrize("leak", ["Mijn baby huilt al heel de avond!!", "mijn baby huilt al heel den avond"])
def test_a_leak_would_be_found(leak):
    assert find_leaks([("x", leak)], ["iets heel anders over melk", "mijn baby huilt al heel de avond"])
