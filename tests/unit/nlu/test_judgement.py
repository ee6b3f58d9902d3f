"""The topic model on made-up vectors: it learns, refuses what is far, survives saving, and its parts join."""

import numpy as np
import pytest

from bot.nlu.encoding import Embedding
from bot.nlu.head import LinearHead, join, softmax
from bot.nlu.judgement import TopicModel, fit
from bot.nlu.wording import WordingHead

RNG = np.random.default_rng(3)
CENTRES = RNG.normal(size=(3, 896)).astype(np.float32)
LABELS = ["sleep", "crying", "food"]
WORDS = ["night bed dark", "tears scream noise", "spoon carrot milk"]


def _examples(count: int) -> tuple[list[str], list[str], Embedding]:
    which = np.arange(count) % 3
    vectors = CENTRES[which] + 0.8 * RNG.normal(size=(count, 896)).astype(np.float32)
    texts = [f"{WORDS[index]} {number}" for number, index in enumerate(which)]
    return texts, [LABELS[index] for index in which], Embedding(vectors[:, :384], vectors[:, 384:])


@pytest.fixture(scope="module")
def model() -> TopicModel:
    texts, labels, vectors = _examples(300)
    return fit(texts, labels, ["en"] * 300, vectors, lambda *_: None)


def _one(vectors: Embedding, row: int) -> Embedding:
    return Embedding(vectors.e5[row : row + 1], vectors.use[row : row + 1])


@pytest.mark.parametrize("language", ["en", "so"])
def test_new_messages_are_judged_rightly(model, language):
    texts, labels, vectors = _examples(60)
    guesses = [model.guess(text, _one(vectors, row), language, 3) for row, text in enumerate(texts)]
    assert sum(guess.ranking[0][0] == label for guess, label in zip(guesses, labels)) >= 55
    assert all(abs(sum(sure for _, sure in guess.ranking) - 1) < 1e-3 for guess in guesses)


def test_something_far_off_scores_lower_than_what_it_knows(model):
    texts, _, vectors = _examples(30)
    known = [model.guess(text, _one(vectors, row), "en", 3).scope for row, text in enumerate(texts)]
    far = Embedding(RNG.normal(size=(1, 384)).astype(np.float32), RNG.normal(size=(1, 512)).astype(np.float32))
    assert model.guess("zzz", far, "en", 3).scope < np.quantile(known, 0.1)


def test_a_saved_model_judges_the_same(model, tmp_path):
    model.save(tmp_path)
    again = TopicModel.load(tmp_path)
    texts, _, vectors = _examples(10)
    for row, text in enumerate(texts):
        before, after = (each.guess(text, _one(vectors, row), "en", 3) for each in (model, again))
        assert [name for name, _ in before.ranking] == [name for name, _ in after.ranking]
        assert before.verdict == after.verdict
        assert np.isclose(before.scope, after.scope, atol=0.02)
    assert not list(tmp_path.glob("*.pkl"))


def test_wording_learns_letters_not_order(model):
    head = WordingHead.fit(["kheb ni goe geslapen", "mijn kindje weent"], ["sleep", "crying"])
    scores = head.scores(["khep ni geslaapn", ""])
    assert scores.shape == (2, 1) or scores[0].argmax() in (0, 1)


def test_joined_parts_weigh_the_same():
    parts = [RNG.normal(size=(4, 8)), 100 * RNG.normal(size=(4, 5))]
    joined = join(parts, [part.mean(axis=0) for part in parts])
    assert np.allclose(np.linalg.norm(joined[:, :8], axis=1), np.linalg.norm(joined[:, 8:], axis=1))
    assert np.allclose(np.linalg.norm(joined, axis=1), 1)


def test_softmax_survives_large_numbers():
    assert np.allclose(softmax(np.array([1e4, 0.0])), [1, 0])


def test_a_head_of_one_part_needs_one_part():
    head = LinearHead.fit([RNG.normal(size=(30, 8))], ["a", "b", "c"] * 10, strength=1, iterations=5)
    logits, features = head.logits([RNG.normal(size=(2, 8))])
    assert logits.shape == (2, 3)
    assert features.shape == (2, 8)
