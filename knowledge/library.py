"""The library: all topics, texts and numbers in memory, found by id and language.

Owns choosing the right text (language, simpler, region); not how a channel shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import BrokenKnowledge
from knowledge.files import ROOT, read_yaml

FULL_LANGUAGES = ("nl", "fr", "en")
TRANSLATIONS = "translations"  # the folder of short answers in the supported languages, one file per language
REGIONS = ("flanders", "brussels", "wallonia", "ostbelgien")
# Where the language of a question says which region is meant; French is spoken in Brussels and in Wallonia, so it says nothing.
REGION_OF_LANGUAGE = {"nl": "flanders", "de": "ostbelgien"}


@dataclass(frozen=True)
class Answer:
    """One topic in one language. `regions` maps a region to the paragraph that holds there."""

    short: str
    more: str = ""
    steps: tuple[str, ...] = ()
    simple: str = ""
    regions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Topic:
    """What a question can be about, with its answers per language. `file` is where an editor finds it."""

    id: str
    group: str
    title: dict[str, str]
    answers: dict[str, Answer]
    audiences: tuple[str, ...]
    phases: tuple[str, ...]
    red_flag: bool
    sources: tuple[dict[str, Any], ...]
    see_also: tuple[str, ...]
    services: tuple[str, ...]
    review: dict[str, dict[str, Any]]
    valid_until: Any
    file: Path

    def name(self, language: str) -> str:
        """The title in this language, else in English."""
        return self.title.get(language) or self.title["en"]

    def region_for(self, region: str | None, language: str) -> str | None:
        """The region whose paragraph to show: where the person lives, else what the language says; None when neither has one."""
        paragraphs = self.answers[language].regions if language in self.answers else {}
        wanted = region or REGION_OF_LANGUAGE.get(language)
        return wanted if wanted in paragraphs else None


@dataclass(frozen=True)
class Line:
    """An emergency or help line; `about` says per language what it is for."""

    id: str
    number: str
    kind: str
    languages: tuple[str, ...]
    hours: str
    about: dict[str, str]
    verified_on: Any
    source: str


class Library:
    """Everything Kiem can say."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.taxonomy = read_yaml(root / "taxonomy.yml")
        self.most_asked: list[str] = read_yaml(root / "most_asked.yml")
        files = [path for path in sorted((root / "topics").glob("*/*.yml")) if path.parent.name != TRANSLATIONS]
        self.topics = {topic.id: topic for topic in map(_read_topic, files)}
        for path in sorted((root / "topics" / TRANSLATIONS).glob("??.yml")):
            _add_translations(self.topics, path)
        self.texts = {path.stem: read_yaml(path) for path in sorted((root / "texts").glob("??.yml"))}
        numbers = read_yaml(root / "numbers.yml")
        self.lines = {entry["id"]: _read_line(entry) for entry in numbers["lines"]}
        self.foreign_numbers: list[str] = numbers["never"]
        self._show_first: dict[str, list[str]] = numbers["show_first"]

    @property
    def languages(self) -> list[str]:
        """All languages of the taxonomy, full ones first."""
        return self.taxonomy["languages"]["full"] + self.taxonomy["languages"]["supported"]

    @property
    def behaviours(self) -> list[str]:
        return self.taxonomy["behaviours"]

    def topic_ids(self) -> list[str]:
        """Every id of the taxonomy, whether it has an answer or not."""
        return [topic for group in self.taxonomy["topics"].values() for topic in group]

    def text(self, key: str, language: str, **values: str) -> str:
        """An interface text in a language, else in English.

        Raises:
            BrokenKnowledge: no language has that key.
        """
        found = self.texts.get(language, {}).get(key) or self.texts["en"].get(key)
        if found is None:
            raise BrokenKnowledge(f"knowledge/texts/en.yml: the text `{key}` is missing.")
        for name, value in values.items():
            found = found.replace("{" + name + "}", value)
        return found

    def help_lines(self, language: str) -> list[Line]:
        """The lines to show first to somebody who writes in this language."""
        return [self.lines[line] for line in self._show_first.get(language, self._show_first["other"])]

    def help_text(self, language: str) -> str:
        """The help lines as text, one per line."""
        lines = (f"{line.number}: {line.about.get(language) or line.about['en']}" for line in self.help_lines(language))
        return "\n".join(lines)

    def answer(self, topic_id: str, language: str) -> Answer | None:
        topic = self.topics.get(topic_id)
        return topic.answers.get(language) if topic else None

    def see_also(self, topic: Topic, most: int = 3) -> Iterable[Topic]:
        return [self.topics[other] for other in topic.see_also if other in self.topics][:most]


@cache
def library() -> Library:
    """The library of this process, read once."""
    return Library()


def _read_topic(path: Path) -> Topic:
    raw = read_yaml(path)
    try:
        return Topic(
            id=raw["id"],
            group=path.parent.name,
            title=raw["title"],
            answers={language: _read_answer(answer) for language, answer in raw["answers"].items()},
            audiences=tuple(raw["audiences"]),
            phases=tuple(raw["phases"]),
            red_flag=bool(raw.get("red_flag", False)),
            sources=tuple(raw["sources"]),
            see_also=tuple(raw.get("see_also", ())),
            services=tuple(raw.get("services", ())),
            review=raw["review"],
            valid_until=raw.get("valid_until"),
            file=path,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BrokenKnowledge(f"{path}: {type(error).__name__} {error}. See knowledge/README.md for the form of a topic.") from error


def _add_translations(topics: dict[str, Topic], path: Path) -> None:
    """Titles and short answers of one language, with the review state of their file."""
    raw = read_yaml(path)
    for topic_id, translated in raw["topics"].items():
        if topic_id not in topics:
            raise BrokenKnowledge(f"{path}: {topic_id} is not a topic.")
        topics[topic_id].title[path.stem] = translated["title"]
        if translated.get("short"):
            topics[topic_id].answers[path.stem] = _read_answer(translated)
            topics[topic_id].review[path.stem] = raw["review"]


def _read_answer(raw: dict[str, Any]) -> Answer:
    return Answer(
        short=raw["short"].strip(),
        more=(raw.get("more") or "").strip(),
        steps=tuple(raw.get("steps") or ()),
        simple=(raw.get("simple") or "").strip(),
        regions={region: text.strip() for region, text in (raw.get("regions") or {}).items()},
    )


def _read_line(raw: dict[str, Any]) -> Line:
    return Line(
        id=raw["id"],
        number=str(raw["number"]),
        kind=raw["kind"],
        languages=tuple(raw["languages"]),
        hours=str(raw["hours"]),
        about=raw["for"],
        verified_on=raw["verified_on"],
        source=raw["source"],
    )
