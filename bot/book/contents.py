"""What stands in the book: entries (topics, interface texts, help lines), their rows, and one text per language in a row.

Owns order, scores, review states and counts; `writing.py` owns how it becomes a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.web.words import RIGHT_TO_LEFT, own_name
from knowledge.library import FULL_LANGUAGES, REGIONS, TRANSLATIONS, Answer, Library, Line, Topic
from knowledge.readability import readability, target

STATES = ("draft", "translated", "reviewed")
MISSING = "no text yet"
UNKNOWN = "no review state"
SHORTEST_SCORED = 80  # characters; a score of fewer says little (the limit of `kiem check`)
WORST = 50
PARTS = {
    "title": "Title",
    "short": "Short answer",
    "more": "More, behind the button",
    "steps": "Steps",
    "simple": "In simpler words",
}
REGION_NAMES = {
    "flanders": "Flanders",
    "brussels": "Brussels",
    "wallonia": "Wallonia",
    "ostbelgien": "the German-speaking Community",
}


@dataclass(frozen=True)
class Text:
    """What Kiem says in one place in one language. `lines` are steps when the part is a list, else one text."""

    entry: str
    part: str
    language: str
    lines: tuple[str, ...]
    state: str
    review: str = ""
    score: float | None = None

    @property
    def anchor(self) -> str:
        return f"{self.entry}.{self.part}.{self.language}"

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def is_list(self) -> bool:
        return self.part == "steps"

    @property
    def shown_score(self) -> int | None:
        """Rounded down, so that what is below the target also looks so."""
        return None if self.score is None else int(self.score // 1)

    @property
    def is_hard(self) -> bool:
        return self.score is not None and self.score < self.target

    @property
    def target(self) -> int:
        """The score to aim for in this part."""
        return int(target(self.part))


@dataclass(frozen=True)
class Row:
    """One part of an entry in all the languages that have it."""

    part: str
    label: str
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Entry:
    """What a reviewer looks up: a topic, an interface text or a help line. `about` is the record itself."""

    anchor: str
    id: str
    name: str
    group: str
    rows: tuple[Row, ...]
    file: str
    about: Topic | Line | None = None
    often_asked: bool = False
    see_also: tuple[Topic, ...] = ()

    @property
    def red_flag(self) -> bool:
        return isinstance(self.about, Topic) and self.about.red_flag


@dataclass(frozen=True)
class Group:
    """A chapter of the book."""

    id: str
    name: str
    entries: tuple[Entry, ...]


class Book:
    """All entries of a library, in the order of the taxonomy."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.languages = {language: own_name(library, language) for language in library.languages}
        self.first_languages = FULL_LANGUAGES
        self.topics = tuple(self._topic_groups())
        self.interface = Group("interface", "Interface texts", tuple(self._interface()))
        self.numbers = Group("numbers", "Numbers", tuple(self._numbers()))

    @property
    def groups(self) -> tuple[Group, ...]:
        return (*self.topics, self.interface, self.numbers)

    def texts(self) -> Iterator[Text]:
        """Every text that is written."""
        for group in self.groups:
            for entry in group.entries:
                for row in entry.rows:
                    yield from (text for text in row.texts if text.state != MISSING)

    def worst(self) -> list[Text]:
        """The texts that are hardest to read, hardest first."""
        return sorted((text for text in self.texts() if text.score is not None), key=lambda text: text.score)[:WORST]

    def counts(self) -> list[dict[str, Any]]:
        """Per language: topics answered, interface texts, and of these together how many are in which review state."""
        states: dict[str, Counter[str]] = {language: Counter() for language in self.languages}
        kinds: dict[str, Counter[str]] = {language: Counter() for language in self.languages}
        for text in self.texts():
            if text.part in ("short", "text"):
                states[text.language][text.state] += 1
                kinds[text.language][text.part] += 1
        return [
            {
                "language": language,
                "topics": kinds[language]["short"],
                "interface": kinds[language]["text"],
                "states": states[language],
            }
            for language in self.languages
        ]

    def interface_files(self) -> list[tuple[str, str, str]]:
        """Language, file and review of each file of interface texts."""
        return [
            (language, f"knowledge/texts/{language}.yml", _in_words(self.library.texts[language].get("review")))
            for language in self.languages
            if language in self.library.texts
        ]

    def _topic_groups(self) -> Iterator[Group]:
        by_group: dict[str, list[Topic]] = {group: [] for group in self.library.taxonomy["topics"]}
        order = {topic_id: place for place, topic_id in enumerate(self.library.topic_ids())}
        for topic in sorted(self.library.topics.values(), key=lambda topic: order.get(topic.id, len(order))):
            by_group.setdefault(topic.group, []).append(topic)
        for group, topics in by_group.items():
            if topics:
                yield Group(group, group.replace("_", " ").capitalize(), tuple(map(self._topic, topics)))

    def _topic(self, topic: Topic) -> Entry:
        return Entry(
            anchor=f"topic-{topic.id}",
            id=topic.id,
            name=topic.name("en"),
            group=topic.group,
            rows=tuple(self._topic_rows(topic)),
            file=self._file(topic.file),
            about=topic,
            often_asked=topic.id in self.library.most_asked,
            see_also=tuple(self.library.see_also(topic, most=len(topic.see_also))),
        )

    def _topic_rows(self, topic: Topic) -> Iterator[Row]:
        for part, label in (*PARTS.items(), *((f"region-{region}", f"Only in {REGION_NAMES[region]}") for region in REGIONS)):
            texts = tuple(self._topic_texts(topic, part))
            if any(text.state != MISSING for text in texts):
                yield Row(part, label, texts)

    def _topic_texts(self, topic: Topic, part: str) -> Iterator[Text]:
        for language in self.languages:
            answer = topic.answers.get(language)
            lines = (topic.title[language],) if part == "title" and language in topic.title else _lines(answer, part)
            review = topic.review.get(language) or {}
            if lines:
                about = f"{_by_whom(review)}{self._translation_file(language)}" if part == "title" else ""
                yield _text(f"topic-{topic.id}", part, language, lines, review, about)
            elif part == "short":
                yield Text(f"topic-{topic.id}", part, language, (), MISSING)

    def _translation_file(self, language: str) -> str:
        return "" if language in FULL_LANGUAGES else f"; knowledge/topics/{TRANSLATIONS}/{language}.yml"

    def _interface(self) -> Iterator[Entry]:
        keys = dict.fromkeys(key for language in ("en", *self.languages) for key in self.library.texts.get(language, {}))
        for key in keys:
            texts = tuple(self._interface_texts(key))
            if texts:
                row = Row("text", "Text", texts)
                yield Entry(f"text-{key}", key, key, "interface", (row,), "knowledge/texts/<language>.yml")

    def _interface_texts(self, key: str) -> Iterator[Text]:
        for language in self.languages:
            texts = self.library.texts.get(language, {})
            if isinstance(texts.get(key), str):
                yield _text(f"text-{key}", "text", language, (texts[key].strip(),), texts.get("review") or {})

    def _numbers(self) -> Iterator[Entry]:
        for line in self.library.lines.values():
            anchor = f"line-{line.id}"
            state = f"verified on {line.verified_on}"
            texts = tuple(Text(anchor, "for", each, (line.about[each],), state) for each in self.languages if each in line.about)
            yield Entry(anchor, line.id, line.number, "numbers", (Row("for", "What it is for", texts),), "knowledge/numbers.yml", line)

    def _file(self, path: Path) -> str:
        return f"knowledge/{path.relative_to(self.library.root).as_posix()}"


def _lines(answer: Answer | None, part: str) -> tuple[str, ...]:
    if answer is None or part == "title":
        return ()
    if part == "steps":
        return answer.steps
    text = answer.regions.get(part.removeprefix("region-")) if part.startswith("region-") else getattr(answer, part)
    return (text,) if text else ()


def _text(entry: str, part: str, language: str, lines: Iterable[str], review: dict[str, Any], about: str = "") -> Text:
    lines = tuple(lines)
    whole = "\n".join(lines)
    score = readability(whole, language) if len(whole) > SHORTEST_SCORED else None
    return Text(entry, part, language, lines, review.get("state", UNKNOWN), about, score)


def _in_words(review: dict[str, Any] | None) -> str:
    if not review:
        return UNKNOWN
    return f"{review.get('state', UNKNOWN)}, {_by_whom(review)}"


def _by_whom(review: dict[str, Any]) -> str:
    if not review:
        return "by nobody"
    return f"by {review.get('by', 'nobody named')}, on {review.get('on', 'an unknown day')}"
