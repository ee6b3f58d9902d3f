"""The semantic head of the gate: how likely each level and domain is, by the sentence vector and by wording. Owns no thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.nlu.head import LinearHead, softmax
from bot.nlu.joint import JointModel
from bot.nlu.wording import WordingHead
from bot.safety.verdict import LEVELS, rank

TEMPERATURE = 1.3  # divides joined logits before the softmax


@dataclass(frozen=True)
class Likelihood:
    """`at_least` (5,): how likely the message is at least at each level of LEVELS; `domains` by falling likelihood, of danger only."""

    at_least: np.ndarray
    domains: tuple[tuple[str, float], ...]


class SignalModel(JointModel):
    """Classes are "none" or a level and a domain, such as "today:self_harm"."""

    def __init__(self, head: LinearHead, wording: WordingHead) -> None:
        super().__init__(head, wording)
        self._levels = np.array([rank(name.partition(":")[0]) for name in head.classes])
        self._domains = [name.partition(":")[2] for name in head.classes]

    def judge(self, texts: list[str], vectors: np.ndarray) -> list[Likelihood]:
        """Judge cleaned texts with their vectors (n, width)."""
        return [self._likelihood(row) for row in softmax(self.joined(texts, vectors) / TEMPERATURE)]

    def _likelihood(self, chances: np.ndarray) -> Likelihood:
        at_least = np.array([chances[self._levels >= level].sum() for level in range(len(LEVELS))])
        domains: dict[str, float] = {}
        for domain, chance in zip(self._domains, chances, strict=True):
            if domain:
                domains[domain] = domains.get(domain, 0.0) + float(chance)
        return Likelihood(at_least, tuple(sorted(domains.items(), key=lambda item: -item[1])))
