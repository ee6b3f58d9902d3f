"""A path as one message, ready to forward: red flags first, steps, meanwhile, who is near, sources. Owns the layout in nl, fr and en."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.files import ROOT, read_yaml
from knowledge.places.gazetteer import Place
from knowledge.referral_paths.paths import LANGUAGES, ReferralPath
from knowledge.social_map.entry import Entry

WORDS: dict[str, dict[str, str]] = read_yaml(ROOT / "referral_paths" / "words.yml")


def language_for(language: str) -> str:
    """The paths exist in three languages; others read English."""
    return language if language in LANGUAGES else "en"


def path_text(path: ReferralPath, language: str, entries: Sequence[Entry], place: Place | None, also: Sequence[ReferralPath] = ()) -> str:
    """The whole path as one message."""
    language = language_for(language)
    words = WORDS[language]
    steps = [
        f"{number}. {step.who} ({step.when}): {step.do}" + (f" [{words['share']}: {step.share}]" if step.share else "")
        for number, step in enumerate(path.steps[language], 1)
    ]
    where = f"{words['near']} ({place.called(language)})" if place else words["near"]
    parts = [
        f"{words['path']} {path.number}: {path.title[language]}",
        f"{words['red']}\n" + "\n".join(f"- {line}" for line in path.red_flags[language]),
        f"{words['steps']}\n" + "\n".join(steps),
        f"{words['meanwhile']}: {path.meanwhile[language]} {words['consent']}",
        f"{where}:\n" + "\n".join(f"- {_line(entry, language)}" for entry in entries) if entries else "",
        f"{words['also']}: " + "; ".join(f"{other.number}. {other.title[language]}" for other in also) if also else "",
        f"{words['sources']}: " + "; ".join(f"{source['publisher']} {source['url']}".strip() for source in path.sources),
        words["review"],
    ]
    return "\n\n".join(part for part in parts if part)


def path_list(language: str) -> str:
    """The sentence above the list of all paths."""
    return WORDS[language_for(language)]["list"]


def _line(entry: Entry, language: str) -> str:
    return ", ".join(part for part in (entry.name(language), " / ".join(entry.phones), entry.website) if part)
