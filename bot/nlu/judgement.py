"""The topic model: which topic a message is about, with a verdict. Owns the thresholds; no Rasa and no encoder (vectors come in)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.nlu.head import LinearHead, softmax
from bot.nlu.joint import JointModel
from bot.nlu.wording import WordingHead

OUTSIDE = "out_of_scope"  # the intent of examples that are none of our business

# Chosen on the development cases of 18 languages (make eval). A message is out of scope when its best topic leads the class of
# outside examples by less than SCOPE: this told questions from the rest with an area under the curve of 0.997, the largest logit
# plus the cosine to the nearest example with 0.61, because the corrected encoder draws all it has learned together.
SCOPE = 12.0
SURE = 0.6  # a message whose best class is as sure as this is never refused: a short question may have little lead
TEMPERATURE = 1.5  # divides joined logits before the softmax: the best likelihood
ANSWER = 0.2  # the least confidence to answer at once; below it three topics are offered


@dataclass(frozen=True)
class Judgement:
    """A message judged: classes by falling confidence, the verdict (answer, unsure, out) and the lead over the outside class."""

    ranking: list[tuple[str, float]]
    verdict: str
    scope: float


class TopicModel(JointModel):
    """Judges which topic a message is about."""

    def __init__(self, head: LinearHead, wording: WordingHead) -> None:
        super().__init__(head, wording)
        self._outside = head.classes.index(OUTSIDE) if OUTSIDE in head.classes else None

    def guess(self, text: str, vectors: np.ndarray, most: int) -> Judgement:
        """Judge one cleaned text with its vector (1, width)."""
        joined = self.joined([text], vectors)[0]
        probabilities = softmax(joined / TEMPERATURE)
        best = np.argsort(-probabilities)[:most]
        ranking = [(self.head.classes[index], float(probabilities[index])) for index in best]
        scope = self._lead(joined)
        verdict = _verdict(ranking[0][1], scope)
        return Judgement(ranking, verdict, scope)

    def _lead(self, joined: np.ndarray) -> float:
        """By how much the best other class leads the class of outside examples; infinite when the model has none."""
        if self._outside is None:
            return float("inf")
        return float(np.delete(joined, self._outside).max() - joined[self._outside])


def _verdict(sure: float, scope: float) -> str:
    if scope < SCOPE and sure < SURE:
        return "out"
    return "answer" if sure >= ANSWER else "unsure"
