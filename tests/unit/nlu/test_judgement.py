"""The topic model on made-up vectors: it learns, refuses what is far, survives saving, and its parts join."""

import numpy as np
import pytest

from bot.nlu.head import centre, softmax
from bot.nlu.judgement import TopicModel
from bot.nlu.wording import WordingHead

RNG = np.random.default_rng(3)
CENTRES = RNG.normal(size=(3, 384)).astype(np.float32)
LABELS = ["sleep", "crying", "out_of_scope"]
WORDS = ["night bed dark", "tears scream noise", "goal match score"]


def _examples(count: int) -> tuple[list[str], list[str], np.ndarray]:
    which = np.arange(count) % 3
    vectors = CENTRES[which] + 0.8 * RNG.normal(size=(count, 384)).astype(np.float32)
    texts = [f"{WORDS[index]} {number}" for number, index in enumerate(which)]
    return texts, [LABELS[index] for index in which], vectors


@pytest.fixture(scope="module")
def model() -> TopicModel:
    texts, labels, vectors = _examples(300)
    return TopicModel.fit(texts, labels, vectors, lambda *_: None)


def test_new_messages_are_judged_rightly(model):
    texts, labels, vectors = _examples(60)
    guesses = [model.guess(text, vectors[row : row + 1], 3) for row, text in enumerate(texts)]
    assert sum(guess.ranking[0][0] == label for guess, label in zip(guesses, labels, strict=False)) >= 55
    assert all(abs(sum(sure for _, sure in guess.ranking) - 1) < 1e-3 for guess in guesses)


def test_outside_examples_have_the_least_lead(model):
    texts, labels, vectors = _examples(30)
    leads = {True: [], False: []}
    for row, (text, label) in enumerate(zip(texts, labels, strict=True)):
        leads[label == "out_of_scope"].append(model.guess(text, vectors[row : row + 1], 3).scope)
    assert max(leads[True]) < min(leads[False])


def test_an_outside_message_is_told_as_such(model):
    texts, labels, vectors = _examples(30)
    row = labels.index("out_of_scope")
    assert model.guess(texts[row], vectors[row : row + 1], 3).ranking[0][0] == "out_of_scope"


def test_a_saved_model_judges_the_same(model, tmp_path):
    model.save(tmp_path)
    again = TopicModel.load(tmp_path)
    texts, _, vectors = _examples(10)
    for row, text in enumerate(texts):
        before, after = (each.guess(text, vectors[row : row + 1], 3) for each in (model, again))
        assert [name for name, _ in before.ranking] == [name for name, _ in after.ranking]
        assert before.verdict == after.verdict
        assert np.isclose(before.scope, after.scope, atol=0.05)
    assert not list(tmp_path.glob("*.pkl"))


def test_wording_knows_a_misspelt_message():
    head = WordingHead.fit(["kheb ni goe geslapen", "mijn kindje weent", "groentepap"], ["sleep", "crying", "food"])
    scores = head.scores(["khep ni geslaapn", "", "mn kintje weent"])
    assert scores.shape == (3, 3)
    assert (scores[0].argmax(), scores[2].argmax()) == (2, 0)


def test_centred_vectors_have_length_one():
    vectors = RNG.normal(size=(5, 8)) + 3
    assert np.allclose(np.linalg.norm(centre(vectors, vectors.mean(axis=0)), axis=1), 1)


def test_softmax_survives_large_numbers():
    assert np.allclose(softmax(np.array([1e4, 0.0])), [1, 0])
