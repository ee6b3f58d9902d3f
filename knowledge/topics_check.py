"""The topic files: form, links, sources, dates, length, readability, doubles. Owns what a machine can see of an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import jsonschema

from knowledge.files import line_at, read_yaml
from knowledge.findings import Finding
from knowledge.library import FULL_LANGUAGES, TRANSLATIONS, Answer, Library, Topic
from knowledge.numbers_check import as_date, unknown_numbers
from knowledge.readability import LONGEST_SENTENCE, readability, target, words_per_sentence

LONGEST = {"short": 500, "more": 1200, "simple": 350}
LONGEST_REGION, LONGEST_TRANSLATION = 400, 700
SHORTEST_MEASURED = 80  # characters; a score of fewer says little
# Amounts, years that are not history, and words for a law: such a text goes stale.
_PERISHABLE = re.compile(
    r"€|\b\d[\d.,]* ?(?:euro?s?|EUR)\b|\b20(?:1[5-9]|[2-9]\d)\b|\b(?:de|deze|een) wet\b|\bwettelijk|\bdecreet"
    r"|\b(?:la|cette|une) loi\b|\blégal|\bdécret|\b(?:the|a|this|by) law\b|\blegal(?:ly)?\b|\bdecree",
    re.I,
)


def check_topics(library: Library, today: date) -> Iterator[Finding]:
    """All findings of the topic files."""
    validator = jsonschema.Draft7Validator(json.loads((library.root / "topic.schema.json").read_text("utf-8")))
    taxonomy = library.root / "taxonomy.yml"
    excused = {(entry["topic"], entry["part"]): entry["because"] for entry in read_yaml(library.root / "hard_on_purpose.yml")}
    for group, topic_ids in library.taxonomy["topics"].items():
        for topic_id in topic_ids:
            if topic_id not in library.topics:
                yield Finding("error", taxonomy, line_at(taxonomy, "topics", group), f"the topic {topic_id} has no file")
    for topic in library.topics.values():
        for error in validator.iter_errors(json.loads(json.dumps(read_yaml(topic.file), default=str))):
            yield Finding("error", topic.file, line_at(topic.file, *error.path), error.message)
        yield from _links(library, topic)
        yield from _sources(topic, today)
        yield from _complete(library, topic)
        for language, answer in topic.answers.items():
            yield from _answer(library, topic, language, answer, excused)
    yield from _doubles(library)


def _links(library: Library, topic: Topic) -> Iterator[Finding]:
    if topic.id != topic.file.stem or topic.id not in library.topic_ids():
        yield Finding("error", topic.file, line_at(topic.file, "id"), f"the id {topic.id} must be the file's name and stand in taxonomy.yml")
    for place, other in enumerate(topic.see_also):
        if other not in library.topics:
            yield Finding("error", topic.file, line_at(topic.file, "see_also", place), f"see_also names {other}, which does not exist")
        elif other == topic.id:
            yield Finding("error", topic.file, line_at(topic.file, "see_also", place), "see_also names the topic itself")
    for place, category in enumerate(topic.services):
        if category not in library.taxonomy["service_categories"]:
            yield Finding("error", topic.file, line_at(topic.file, "services", place), f"{category} is not a service category of taxonomy.yml")


def _sources(topic: Topic, today: date) -> Iterator[Finding]:
    """What Kiem says of itself needs no source; all else has at least one that somebody has read."""
    if not topic.sources and topic.group != "bot":
        yield Finding("error", topic.file, line_at(topic.file, "sources"), "no source")
    elif topic.group != "bot" and not any("seen" in source for source in topic.sources):
        yield Finding("error", topic.file, line_at(topic.file, "sources"), "nobody has read any of the sources")
    for place, source in enumerate(topic.sources):
        if "seen" not in source:
            line = line_at(topic.file, "sources", place)
            yield Finding("warning", topic.file, line, f"nobody has read this source yet: {source['title']}")
    if topic.valid_until and as_date(topic.valid_until) < today:
        line = line_at(topic.file, "valid_until")
        yield Finding("error", topic.file, line, f"stale since {topic.valid_until}: look the facts up again")
    if not topic.valid_until:
        yield from _undated(topic)


def _undated(topic: Topic) -> Iterator[Finding]:
    for language in FULL_LANGUAGES:
        for part, text in parts(topic.answers.get(language)):
            found = _PERISHABLE.search(text)
            if found:
                message = f"{language} {part}: '{found.group(0)}' goes stale, and the topic has no valid_until"
                yield Finding("error", topic.file, _line(topic, language, part), message)
                return


def _complete(library: Library, topic: Topic) -> Iterator[Finding]:
    must_be_simple = topic.red_flag or topic.id in library.most_asked
    regions = {region for language in FULL_LANGUAGES if language in topic.answers for region in topic.answers[language].regions}
    for language in FULL_LANGUAGES:
        answer = topic.answers.get(language)
        if answer is None:
            yield Finding("error", topic.file, line_at(topic.file, "answers"), f"no answer in {language}")
            continue
        line = line_at(topic.file, "answers", language)
        if not answer.more:
            yield Finding("error", topic.file, line, f"no longer text in {language}")
        if must_be_simple and not answer.simple:
            yield Finding("error", topic.file, line, f"no simple text in {language}, and it is a red flag or often asked")
        for region in sorted(regions - set(answer.regions)):
            yield Finding("error", topic.file, line, f"no paragraph for {region} in {language}, but in another language there is one")


def _answer(library: Library, topic: Topic, language: str, answer: Answer, excused: dict[tuple[str, str], str]) -> Iterator[Finding]:
    path = file_of(library, topic, language)
    for part, text in parts(answer):
        line = _line(topic, language, part, path)
        limit = LONGEST.get(part, LONGEST_REGION) if language in FULL_LANGUAGES else LONGEST_TRANSLATION
        if part != "steps" and len(text) > limit:
            yield Finding("error", path, line, f"{language} {part}: {len(text)} characters, at most {limit}")
        for number in unknown_numbers(library, text):
            yield Finding("error", path, line, f"{language} {part}: {number} is not in numbers.yml")
        if len(text) > SHORTEST_MEASURED:
            for words, score in _hard(text, language, part):
                reason = f" (stays: {excused[topic.id, part]})" if (topic.id, part) in excused else ""
                yield Finding("warning", path, line, f"{topic.id} {language} {part}: {words}{reason}", score)
    if topic.review.get(language, {}).get("state") != "reviewed":
        line = line_at(topic.file, "review", language) if language in FULL_LANGUAGES else line_at(path, "topics", topic.id)
        yield Finding("warning", path, line, f"{topic.id} {language}: not reviewed by a person of the field")


def _hard(text: str, language: str, part: str) -> Iterator[tuple[str, float | None]]:
    """What is hard in a text, and its score; a language without a formula is measured by the length of its sentences."""
    score = readability(text, language)
    if score is not None and score < target(part):
        yield f"readability {score:.0f}, aim for {target(part):.0f}", score
    elif score is None and words_per_sentence(text) > LONGEST_SENTENCE:
        yield f"{words_per_sentence(text):.0f} words in a sentence, aim for {LONGEST_SENTENCE} at most", None


def parts(answer: Answer | None) -> Iterator[tuple[str, str]]:
    """(name, text) of every written part of an answer; the steps as one text, regions by their name."""
    if answer is not None:
        for part in ("short", "more", "simple"):
            if getattr(answer, part):
                yield part, getattr(answer, part)
        if answer.steps:
            yield "steps", "\n".join(answer.steps)
        yield from answer.regions.items()


def file_of(library: Library, topic: Topic, language: str) -> Path:
    """The file that holds the answer in this language."""
    return topic.file if language in FULL_LANGUAGES else library.root / "topics" / TRANSLATIONS / f"{language}.yml"


def _line(topic: Topic, language: str, part: str, path: Path | None = None) -> int:
    if path is not None and language not in FULL_LANGUAGES:
        return line_at(path, "topics", topic.id, part)
    where = ("regions", part) if part in topic.answers[language].regions else (part,)
    return line_at(topic.file, "answers", language, *where)


def _doubles(library: Library) -> Iterator[Finding]:
    """No two topics give the same answer, whatever the capitals and the punctuation."""
    seen: dict[tuple[str, str], str] = {}
    for topic in library.topics.values():
        for language, answer in topic.answers.items():
            for part in ("short", "more", "simple"):
                plain = re.sub(r"\W+", " ", getattr(answer, part).lower()).strip()
                before = seen.setdefault((language, plain), topic.id) if plain else topic.id
                if before != topic.id:
                    path = file_of(library, topic, language)
                    yield Finding("error", path, _line(topic, language, part, path), f"{language} {part}: the same answer as {before}")
