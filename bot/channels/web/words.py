"""The words of the chat page in one language: interface texts, languages, help lines, first questions.

Owns what the page may say; `page.py` owns how it is sent, the static files how it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from knowledge.library import Library, Line

RIGHT_TO_LEFT = ("ar", "fa", "ps")
FALLBACK = "en"  # what `Library.text` falls back to
DEFAULT = "nl"  # nobody said anything: the pilot is in Brussels and Flanders, and so are its first families
# How speakers call their language, until knowledge/texts/<code>.yml exists and says so itself.
OWN_NAMES = {
    "nl": "Nederlands", "fr": "Français", "en": "English", "de": "Deutsch", "ar": "العربية", "tr": "Türkçe",
    "fa": "فارسی / دری", "ps": "پښتو", "uk": "Українська", "ru": "Русский", "ro": "Română", "pl": "Polski", "es": "Español",
    "pt": "Português", "it": "Italiano", "bg": "Български", "so": "Soomaali", "sq": "Shqip",
}  # fmt: skip
# What somebody can press before typing anything: topics that parents ask most, one per phase, then what the menu offers.
FIRST_TOPICS = ("pregnancy_first_steps", "postpartum_recovery", "baby_crying", "baby_fever")
FIRST_ACTIONS = (("menu_checkin", "/start_checkin"), ("menu_human", "/ask_human"))


def has_words(library: Library, language: str) -> bool:
    """Whether the page is written in this language."""
    return "page_title" in library.texts.get(language, {})


def language_for(library: Library, accepted: str) -> str:
    """The page language for an Accept-Language header: one that the page is written in, else one that Kiem knows."""
    wanted = [language for language in _by_preference(accepted) if language in library.languages]
    return next((language for language in wanted if has_words(library, language)), wanted[0] if wanted else DEFAULT)


def _by_preference(accepted: str) -> list[str]:
    weighed = []
    for entry in accepted.lower().split(",")[:20]:
        tag, _, parameters = entry.partition(";")
        weight = re.search(r"q\s*=\s*([01](?:\.\d{0,3})?)", parameters)
        weighed.append((-float(weight[1]) if weight else -1.0, tag.strip().split("-")[0]))
    return [tag for weight, tag in sorted(weighed, key=lambda pair: pair[0]) if weight]


def page_words(library: Library, language: str) -> dict[str, Any]:
    """All that the page needs to speak `language`.

    `language` is what the person chose; `texts_language` what the words really are in (English while nobody translated them).
    """
    return {
        "language": language,
        "texts_language": language if has_words(library, language) else FALLBACK,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "languages": [{"code": code, "name": own_name(library, code)} for code in library.languages],
        "texts": {key: library.text(key, language) for key in library.texts[FALLBACK] if key.startswith("page_")},
        "help": [help_entry(line, language) for line in library.help_lines(language)],
        "numbers": {line.number: telephone(line.number) for line in library.lines.values()},
        "starters": list(_starters(library, language)),
    }


def own_name(library: Library, language: str) -> str:
    """The language's own name."""
    return library.texts.get(language, {}).get("language_name") or OWN_NAMES.get(language, language)


def help_entry(line: Line, language: str) -> dict[str, str]:
    """A line to call; `language` is what its purpose is really written in."""
    written = language if language in line.about else FALLBACK
    return {"number": line.number, "about": line.about[written], "tel": telephone(line.number), "language": written}


def lines_everywhere(library: Library) -> dict[str, list[dict[str, str]]]:
    """The help lines in each language that has written them all."""
    found = {language: [help_entry(line, language) for line in library.help_lines(language)] for language in library.languages}
    return {language: lines for language, lines in found.items() if all(line["language"] == language for line in lines)}


def telephone(number: str) -> str:
    """What a phone dials for a number as it is written."""
    return "tel:" + re.sub(r"[^\d+]", "", number)


def _starters(library: Library, language: str) -> Iterable[dict[str, str]]:
    written = language if has_words(library, language) else FALLBACK
    for topic_id in FIRST_TOPICS:
        if topic_id in library.topics:
            topic = library.topics[topic_id]
            yield {
                "title": topic.name(written),
                "payload": f"/{topic_id}",
                "language": written if written in topic.title else FALLBACK,
            }
    for key, payload in FIRST_ACTIONS:
        yield {"title": library.text(key, written), "payload": payload, "language": written}
