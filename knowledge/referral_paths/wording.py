"""A path as one message, ready to forward: red flags first, steps, meanwhile, who is near, sources. Owns the layout in nl, fr and en."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.places.gazetteer import Place
from knowledge.referral_paths.paths import LANGUAGES, ReferralPath
from knowledge.social_map.entry import Entry

WORDS = {
    "nl": {
        "path": "Verwijspad", "red": "Eerst: rode vlaggen", "steps": "Stappen", "share": "delen", "meanwhile": "Ondertussen", "near": "Waar", "also": "Kijk ook naar",
        "consent": "Vraag toestemming, bel samen (warme overdracht), spreek één coördinator af.", "sources": "Bronnen",
        "review": "Concept: nog door geen arts of vroedvrouw nagelezen. Ga op je eigen oordeel af.", "list": "Verwijspaden. Kies er een, of beschrijf de situatie zonder naam.",
    },
    "fr": {
        "path": "Trajet", "red": "D'abord : drapeaux rouges", "steps": "Étapes", "share": "partager", "meanwhile": "En attendant", "near": "Où", "also": "Voir aussi",
        "consent": "Demandez l'accord, appelez ensemble, convenez d'un coordinateur.", "sources": "Sources",
        "review": "Projet : relu par aucun médecin ni sage-femme. Fiez-vous à votre jugement.", "list": "Trajets d'orientation. Choisissez, ou décrivez la situation sans nom.",
    },
    "en": {
        "path": "Path", "red": "First: red flags", "steps": "Steps", "share": "share", "meanwhile": "Meanwhile", "near": "Where", "also": "See also",
        "consent": "Ask consent, call together (warm hand-over), agree on one coordinator.", "sources": "Sources",
        "review": "Draft: no doctor or midwife has read it yet. Trust your own judgement.", "list": "Referral paths. Choose one, or describe the case without a name.",
    },
}  # fmt: skip


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
