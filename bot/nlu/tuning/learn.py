"""Learns low-rank corrections of the encoder so that topics and signals come apart; writes them as tuned.npz. Needs torch and numpy only.

The packaged weights stay as they are; each of five matrices per layer gets a correction of rank RANK (Hu et al. 2021, LoRA). The
loss is the cross-entropy of one cosine classifier per task (topics, signals) on the mean of the token vectors, as the running encoder
pools them: one pass of the encoder serves both.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

RANK = 32
FROZEN = 6  # lower layers that stay as they are: their token vectors are computed once, which halves the time
EPOCHS = 3.0
BATCH = 64
RATE = {"corrections": 6e-4, "classifier": 2e-3}
DROPOUT = 0.1
SHARPNESS = 20.0  # of the cosine classifier
SMOOTHING = 0.1
HALF = True  # bfloat16 where the processor has it: about twice as fast, no worse
MEANS_OF = 50  # examples of a class
UNKNOWN = -1  # the class of an example that says nothing of a task
CORRECTED = ("q", "k", "v", "ao", "fi")


class Linear(nn.Module):
    """A frozen matrix with a learned correction."""

    def __init__(self, data: np.lib.npyio.NpzFile, name: str) -> None:
        super().__init__()
        self.register_buffer("weight", torch.tensor(data[f"{name}.w"]))
        self.register_buffer("bias", torch.tensor(data[f"{name}.b"]))
        rows, columns = self.weight.shape
        self.corrected = name.split(".")[1] in CORRECTED
        if self.corrected:
            self.a = nn.Parameter(torch.randn(RANK, columns) / columns**0.5)
            self.b = nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, hidden: Tensor) -> Tensor:
        out = F.linear(hidden, self.weight, self.bias)
        return out + F.linear(F.linear(hidden, self.a), self.b) if self.corrected else out


class Norm(nn.Module):
    def __init__(self, data: np.lib.npyio.NpzFile, name: str, epsilon: float) -> None:
        super().__init__()
        self.epsilon = epsilon
        self.register_buffer("weight", torch.tensor(data[f"{name}.w"]))
        self.register_buffer("bias", torch.tensor(data[f"{name}.b"]))

    def forward(self, hidden: Tensor) -> Tensor:
        return F.layer_norm(hidden, (hidden.shape[-1],), self.weight, self.bias, self.epsilon)


class Layer(nn.Module):
    def __init__(self, data: np.lib.npyio.NpzFile, number: int, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.parts = nn.ModuleDict({part: Linear(data, f"l{number}.{part}") for part in (*CORRECTED, "fo")})
        self.norms = nn.ModuleDict({name: Norm(data, f"l{number}.{name}", epsilon) for name in ("aln", "oln")})

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        batch, tokens, width = hidden.shape
        q, k, v = (self.parts[part](hidden).view(batch, tokens, self.heads, -1).transpose(1, 2) for part in "qkv")
        context = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(batch, tokens, width)
        hidden = self.norms["aln"](hidden + F.dropout(self.parts["ao"](context), DROPOUT, self.training))
        wide = self.parts["fo"](F.gelu(self.parts["fi"](hidden)))
        return self.norms["oln"](hidden + F.dropout(wide, DROPOUT, self.training))


class Encoder(nn.Module):
    """Token ids to unit vectors, as the running encoder computes them."""

    def __init__(self, data: np.lib.npyio.NpzFile, about: dict) -> None:
        super().__init__()
        self.register_buffer("words", torch.tensor(data["words"]))
        self.register_buffer("positions", torch.tensor(data["positions"]))
        self.norm = Norm(data, "emb.ln", about["epsilon"])
        self.layers = nn.ModuleList(Layer(data, number, about["heads"], about["epsilon"]) for number in range(about["layers"]))

    def begin(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The token vectors (batch, tokens, width) after the layers below FROZEN."""
        hidden = F.dropout(self.norm(self.words[ids] + self.positions[: ids.shape[1]]), DROPOUT, self.training)
        for layer in self.layers[:FROZEN]:
            hidden = layer(hidden, mask[:, None, None, :].bool())
        return hidden

    def finish(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Unit vectors (batch, width) from what `begin` gave."""
        for layer in self.layers[FROZEN:]:
            hidden = layer(hidden, mask[:, None, None, :].bool())
        return F.normalize((hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=1)

    @torch.no_grad()
    def go_on_from(self, saved: np.lib.npyio.NpzFile) -> None:
        for name in saved.files:
            layer, part, factor = name.split(".")
            getattr(self.layers[int(layer[1:])].parts[part], factor.lower()).copy_(torch.tensor(saved[name].astype(np.float32)))

    def corrections(self) -> dict[str, np.ndarray]:
        """What tuned.npz holds."""
        arrays = {}
        for number, layer in enumerate(self.layers):
            for part in CORRECTED:
                for name in "ab":
                    factor = getattr(layer.parts[part], name).detach().numpy()
                    arrays[f"l{number}.{part}.{name.upper()}"] = factor.astype(np.float16)
        return arrays


def pad(rows: list[np.ndarray], filler: int) -> tuple[Tensor, Tensor]:
    longest = max(map(len, rows))
    ids, mask = torch.full((len(rows), longest), filler), torch.zeros(len(rows), longest)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[number, : len(row)] = 1
    return ids, mask


def batches(rows: list[np.ndarray], chance: np.random.Generator) -> Iterator[np.ndarray]:
    """Endless batches of rows of about the same length, in random order."""
    while True:
        order = chance.permutation(len(rows))
        found = []
        for start in range(0, len(order), BATCH * 20):
            part = sorted(order[start : start + BATCH * 20], key=lambda row: len(rows[row]))
            found += [part[index : index + BATCH] for index in range(0, len(part), BATCH)]
        chance.shuffle(found)
        yield from map(np.array, found)


class Task(nn.Module):
    """One cosine classifier: `truth` (rows,) holds the class of each example, or UNKNOWN."""

    def __init__(self, labels: list[str | None], width: int) -> None:
        super().__init__()
        classes = sorted({label for label in labels if label is not None})
        numbers = {label: number for number, label in enumerate(classes)}
        self.truth = np.array([UNKNOWN if label is None else numbers[label] for label in labels])
        self.line = nn.Linear(width, len(classes))

    def some(self, chance: np.random.Generator) -> np.ndarray:
        """A few rows of each class."""
        order = chance.permutation(np.flatnonzero(self.truth != UNKNOWN))
        return np.concatenate([order[self.truth[order] == number][:MEANS_OF] for number in range(self.line.out_features)])

    @torch.no_grad()
    def start_from_means(self, vectors: Tensor, truth: np.ndarray) -> None:
        """Point each class at the mean of its examples, seen from the middle of all: the first steps then correct, not guess."""
        middle = vectors.mean(0)
        means = [vectors[truth == number].mean(0) - middle for number in range(self.line.out_features)]
        self.line.weight.copy_(F.normalize(torch.stack(means), dim=1))
        self.line.bias.copy_(-SHARPNESS * self.line.weight @ middle)

    def loss(self, vectors: Tensor, batch: np.ndarray) -> Tensor:
        truth = torch.tensor(self.truth[batch])
        logits = SHARPNESS * F.linear(vectors, self.line.weight) + self.line.bias
        known = truth != UNKNOWN
        if not known.any():
            return vectors.sum() * 0
        return F.cross_entropy(logits[known], truth[known], label_smoothing=SMOOTHING) * known.float().mean()


class Begun:
    """The token vectors of all examples after the frozen layers, computed once (bfloat16, about 16 kB an example)."""

    @torch.no_grad()
    def __init__(self, encoder: Encoder, rows: list[np.ndarray], filler: int) -> None:
        encoder.eval()
        self._parts: list[Tensor] = [torch.empty(0)] * len(rows)
        order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
        for start in range(0, len(order), 2 * BATCH):
            part = order[start : start + 2 * BATCH]
            with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
                hidden = encoder.begin(*pad([rows[row] for row in part], filler))
            for number, row in enumerate(part):
                self._parts[row] = hidden[number, : len(rows[row])].to(torch.bfloat16).clone()
            if start % (100 * BATCH) == 0:
                print(f"frozen layers: {start} of {len(order)}", flush=True)

    def batch(self, batch: np.ndarray) -> tuple[Tensor, Tensor]:
        parts = [self._parts[row] for row in batch]
        mask = torch.zeros(len(parts), max(map(len, parts)))
        for number, part in enumerate(parts):
            mask[number, : len(part)] = 1
        return nn.utils.rnn.pad_sequence(parts, batch_first=True).float(), mask


@torch.no_grad()
def encode_some(encoder: Encoder, begun: Begun, some: np.ndarray) -> Tensor:
    """Vectors (len(some), width) of these rows."""
    encoder.eval()
    return torch.cat([encoder.finish(*begun.batch(part)) for part in np.array_split(some, len(some) // BATCH + 1)])


def learn(folder: Path, *, epochs: float = EPOCHS, earlier: Path | None = None, threads: int = 2) -> None:
    """Learn from what `prepare` wrote into `folder`; go on from `earlier` corrections where they are given."""
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    data, about = np.load(folder / "data.npz"), json.loads((folder / "data.json").read_text("utf-8"))
    rows = np.split(data["ids"], np.cumsum(data["lengths"])[:-1])
    encoder, tasks = Encoder(data, about), nn.ModuleList(Task(labels, about["width"]) for labels in about["labels"].values())
    if earlier is not None:
        encoder.go_on_from(np.load(earlier))
    begun, chance = Begun(encoder, rows, int(data["pad"])), np.random.default_rng(0)
    for task in tasks:
        some = task.some(chance)
        task.start_from_means(encode_some(encoder, begun, some), task.truth[some])
    factors = [parameter for layer in encoder.layers[FROZEN:] for parameter in layer.parameters() if parameter.requires_grad]
    groups = [{"params": factors, "weight_decay": 0.01}, {"params": tasks.parameters()}]
    steps = int(epochs * len(rows) / BATCH)
    optimiser = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, list(RATE.values()), total_steps=steps + 1, pct_start=0.1)
    start = time.monotonic()
    for step, batch in zip(range(1, steps + 1), batches(rows, chance), strict=False):
        encoder.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
            vectors = encoder.finish(*begun.batch(batch)).float()
        loss = sum(task.loss(vectors, batch) for task in tasks)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(factors, 1.0)
        optimiser.step()
        schedule.step()
        if step % 25 == 0:
            print(f"step {step} of {steps}, loss {loss.item():.3f}, {time.monotonic() - start:.0f} s", flush=True)
        if step % 200 == 0 or step == steps:
            np.savez(folder / "tuned.npz", **encoder.corrections())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    parser.add_argument("--earlier", type=Path, help="a tuned.npz to go on from")
    parser.add_argument("--threads", type=int, default=2, help="one where the processor is shared")
    learn(**vars(parser.parse_args()))
