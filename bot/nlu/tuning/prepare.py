"""Writes what `learn` needs into a folder: the examples of topics and of signals as token ids, and the packaged weights as float32."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from bot.nlu.encoding import clean
from bot.nlu.encoding.e5 import build
from bot.nlu.encoding.tokens import Tokenizer
from bot.nlu.encoding.weights import Weights, find_weights
from bot.nlu.language import read_labelled
from bot.safety.training import label_of, label_of_question, read_all_examples, touching_danger
from bot.settings import PROJECT, current

TOPICS_KEPT = (
    4  # one in so many of the topics' examples that touch no danger, when going on from earlier corrections, which know them; 1 for a fresh start
)
LONGEST = 96  # tokens of an example; longer ones lose their end
ROWS = {"q": "width", "k": "width", "v": "width", "ao": "width", "fi": "inner", "fo": "width"}


def main(folder: Path) -> None:
    """Prepare everything below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = Weights(find_weights())
    tokens = Tokenizer(build(current().cache, weights=weights) / "pieces.model", max_tokens=LONGEST)
    asked = list(read_labelled(PROJECT / "nlu_data"))
    asked = [question for number, question in enumerate(asked) if question[1] in touching_danger() or not number % TOPICS_KEPT]
    signals = read_all_examples()
    ids = tokens([clean(text) for text in [*(text for _, _, text in asked), *(example.text for example in signals)]])
    vocabulary = np.unique(np.concatenate([*map(np.array, ids), [weights.pad]]))
    arrays = _weights(weights) | {
        "words": weights.words(vocabulary),
        "ids": np.searchsorted(vocabulary, np.concatenate(ids)).astype(np.int32),
        "lengths": np.array([len(row) for row in ids], np.int32),
        "pad": np.searchsorted(vocabulary, weights.pad),
    }
    np.savez(folder / "data.npz", **arrays)
    sizes = {"width": weights.width, "layers": weights.layers, "heads": weights.heads, "epsilon": weights.epsilon}
    # Two tasks on the same vectors; an example that says nothing of a task has no label for it.
    labels = {
        "topics": [topic for _, topic, _ in asked] + [None] * len(signals),
        "signals": [label_of_question(*question) for question in asked] + [label_of(example) for example in signals],
    }
    (folder / "data.json").write_text(json.dumps({"labels": labels, **sizes}), "utf-8")
    print(f"{len(asked)} examples of topics, {len(signals)} of signals, {len(vocabulary)} pieces")


def _weights(weights: Weights) -> dict[str, np.ndarray]:
    positions = weights.floats("emb.pos").reshape(-1, weights.width) + weights.floats("emb.type")[: weights.width]
    arrays = {"positions": positions}
    for layer in range(weights.layers):
        for part, rows in ROWS.items():
            values, scales = weights.blocks(f"l{layer}.{part}.w", getattr(weights, rows))
            matrix = (values.astype(np.float32) - 8) * scales[..., None]
            arrays[f"l{layer}.{part}.w"] = matrix.reshape(len(values), -1)
            arrays[f"l{layer}.{part}.b"] = weights.floats(f"l{layer}.{part}.b")
        for norm in ("aln", "oln"):
            arrays |= {f"l{layer}.{norm}.{each}": weights.floats(f"l{layer}.{norm}.{each}") for each in "wb"}
    return arrays | {f"emb.ln.{each}": weights.floats(f"emb.ln.{each}") for each in "wb"}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
