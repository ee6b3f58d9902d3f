"""The gate: lexicon or semantic head, in the context of the last messages, as one verdict. Owns thresholds and joining.

Neither reader lowers the other. Pure: no database, no network; what is stored and who is told belongs to `bot.signals`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.safety.head import Likelihood, SignalModel
from bot.safety.lexicon import FOLDER, Lexicon
from bot.safety.verdict import Evidence, Said, Verdict, highest, raised, rank
from bot.safety.windows import split_windows
from bot.safety.words import plain, sayable
from knowledge.files import ROOT, read_yaml

Encode = Callable[[list[str]], np.ndarray]  # cleaned texts to vectors (n, width)
Identify = Callable[[str], Iterable[str]]  # a text to its likeliest languages

ALWAYS = ("nl", "fr", "en")  # languages whose rules read every message: people mix
CONTEXT = 3  # earlier messages that count
SHORT = 12  # words: a message up to here may be a part of what was said before
# How likely a level must be, from `watch` to `emergency`. Chosen on the development cases (make eval): see README.md, Figures.
LIKELY = {"watch": 0.6, "soon": 0.4, "today": 0.4, "emergency": 0.4}
DOUBT = 0.5  # from this part of the likelihood that a level wants, the level below is unclear, in the domains where a miss kills
KILLS = frozenset({"self_harm", "harm_to_baby", "psychosis", "violence"})
REPORTED = 3  # domains
NAMED = 0.15  # the least likelihood of a further domain


class Gate:
    """Reads messages. Safe to share between threads."""

    def __init__(self, model: SignalModel, lexicons: dict[str, Lexicon], encode: Encode, identify: Identify) -> None:
        self._model = model
        self._lexicons = lexicons
        self._encode = encode
        self._identify = identify
        self._taken_back = {
            language: [plain(str(phrase)) for phrase in phrases] for language, phrases in read_yaml(ROOT / "signals" / "retractions.yml").items()
        }

    def judge(
        self,
        text: str,
        *,
        language: str | None = None,
        earlier: Sequence[Said] = (),
        role: str = "parent",
        forwarded: bool = False,
        details: dict[str, Any] | None = None,
    ) -> Verdict:
        """What may be off in a message; `earlier` are the person's messages before it, oldest first."""
        earlier = earlier[-CONTEXT:]
        windows = split_windows(text)
        if not windows:
            return Verdict()
        together = _together(text, earlier)
        texts = [*windows, *([together] if together else [])]
        likelihoods = self._model.judge(texts, self._encode(texts))
        verdict = _weightiest(self._join(window, likelihood, language) for window, likelihood in zip(windows, likelihoods, strict=False))
        if together:
            verdict = _add_up(verdict, self._join(together, likelihoods[-1], language), earlier)
        if self._takes_back(text) and not verdict.is_at_least("soon"):
            verdict = _kept(verdict, earlier)
        return verdict

    def _join(self, text: str, likelihood: Likelihood, language: str | None) -> Verdict:
        found = self._read_rules(text, language)
        heard, unclear = _hear(likelihood)
        evidence = (*found, *heard)
        level = highest(piece.level for piece in evidence)
        if unclear and rank(unclear) > rank(level):
            return Verdict(unclear, _domains(evidence, likelihood, unclear), evidence, _whose(evidence), unclear=True)
        return Verdict(level, _domains(evidence, likelihood, level), evidence, _whose(evidence))

    def _read_rules(self, text: str, language: str | None) -> list[Evidence]:
        languages = dict.fromkeys([*ALWAYS, *([language] if language else []), *self._identify(text)])
        return [piece for name in languages if name in self._lexicons for piece in self._lexicons[name].find(text)]

    def _takes_back(self, text: str) -> bool:
        said = f" {' '.join(plain(text).split())} "
        return any(f" {phrase}" in said for phrases in self._taken_back.values() for phrase in phrases)


def _together(text: str, earlier: Sequence[Said]) -> str:
    """The last messages and this one as one text, when this one may go on where they stopped."""
    if not earlier or len(text.split()) > SHORT:
        return ""
    return sayable(" ".join([*(said.text for said in earlier), text]))[-400:]


def _weightiest(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=lambda verdict: (rank(verdict.level), len(verdict.domains)))


def _add_up(alone: Verdict, together: Verdict, earlier: Sequence[Said]) -> Verdict:
    """Split messages add up: together they may say more than any of them; what was said before is not said again."""
    before = highest(said.level for said in earlier)
    return together if rank(together.level) > max(rank(alone.level), rank(before)) else alone


def _kept(verdict: Verdict, earlier: Sequence[Said]) -> Verdict:
    """ "Never mind, just kidding" does not clear what was said."""
    said = max(earlier, key=lambda said: rank(said.level), default=Said(""))
    if rank(said.level) <= rank(verdict.level):
        return verdict
    return Verdict(said.level, said.domains, verdict.evidence, verdict.whose, retracts=True)


def _hear(likelihood: Likelihood) -> tuple[list[Evidence], str | None]:
    """What the head hears, and the level above where it is in doubt about a domain that kills."""
    level = highest(level for level, wanted in LIKELY.items() if likelihood.at_least[rank(level)] >= wanted)
    domain, chance = likelihood.domains[0]
    above = raised(level)
    doubtful = rank("soon") <= rank(above) and above != level and domain in KILLS and likelihood.at_least[rank(above)] >= DOUBT * LIKELY[above]
    if level == "none":
        return [], above if doubtful else None
    return [Evidence("head", domain, level, round(float(likelihood.at_least[rank(level)]), 3))], above if doubtful else None


def _domains(evidence: Sequence[Evidence], likelihood: Likelihood, level: str) -> tuple[str, ...]:
    """The domains of a verdict, the weightiest evidence first, then what the head holds likely too."""
    if level == "none":
        return ()
    weighty = sorted((piece for piece in evidence if piece.level != "none"), key=lambda piece: (-rank(piece.level), piece.source == "head"))
    likely = [domain for domain, chance in likelihood.domains if chance >= NAMED]
    named = dict.fromkeys([*(piece.domain for piece in weighty), *likely])
    return tuple(named)[:REPORTED] or (likelihood.domains[0][0],)


def _whose(evidence: Sequence[Evidence]) -> str:
    words = [piece.whose for piece in evidence if piece.source != "head"]
    return next((whose for whose in ("self", "other", "past", "negated", "quoted") if whose in words), "self")


@cache
def load_lexicons() -> dict[str, Lexicon]:
    """The lexicons of all languages, compiled once."""
    return {path.stem: Lexicon.load(path) for path in sorted(FOLDER.glob("??.yml"))}


def load_gate(folder: Path, encode: Encode, identify: Identify) -> Gate:
    """The gate of a trained model."""
    return Gate(SignalModel.load(folder), load_lexicons(), encode, identify)
