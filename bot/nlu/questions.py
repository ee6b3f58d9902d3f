"""Several questions in one message: where one ends and the next begins. Owns splitting; judging the pieces is `topics`."""

from __future__ import annotations

import re

SHORTEST = 3  # words of a question that can stand alone
# A conjunction with a question word after it starts a new question ("... and how much screen time is ok").
_AND_A_QUESTION = re.compile(
    r"(?:,\s*|\s)(?:en|and|et|und|y|e|şi|și|i|та|и|ve|و)\s+(?="
    r"(?:hoe|wat|wanneer|waar|wie|welke?|hoeveel|mag|kan|moet|how|what|when|where|who|which|can|should|is it|"
    r"comment|quand|combien|où|qui|quel(?:le)?s?|est-ce|peut-on|wie|wann|was|cómo|cuándo|cuánto|come|quando|quanto|como|kada|"
    r"кога|как|коли|як|когда|nasıl|ne zaman|kur|si|jak|kiedy|cum|când|متى|كيف)\b)",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[?؟])\s+|\n+")


# A short message that starts so goes on about what was said before ("and at night?").
_GOES_ON = frozenset(["en", "et", "and", "und", "y", "e", "i", "ve", "и", "та", "а", "dhe", "po", "و", "او", "iyo", "și", "si"])
_SHORT = 5  # words


def goes_on(text: str) -> bool:
    """Whether a cleaned message leans on the one before it."""
    words = text.lower().split()
    return 1 < len(words) <= _SHORT and words[0] in _GOES_ON


def split_questions(text: str) -> list[str]:
    """The questions of a cleaned message; an empty list when it holds at most one."""
    pieces = [piece.strip() for sentence in _END.split(text) for piece in _AND_A_QUESTION.split(sentence)]
    pieces = [piece for piece in pieces if len(piece.split()) >= SHORTEST]
    asks_twice = text.count("?") + text.count("؟") >= 2 or _AND_A_QUESTION.search(text)
    return pieces if len(pieces) > 1 and asks_twice else []
