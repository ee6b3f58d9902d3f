"""`kiem check`: what is missing, stale, unreviewed, unreadable or inconsistent in the knowledge and the training examples.

Owns the findings; each names file and line. Errors break a promise to the reader, warnings are work to do.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

import jsonschema

from bot.errors import BrokenKnowledge
from knowledge.checkin_texts import check_checkin_texts
from knowledge.files import ROOT, read_yaml
from knowledge.findings import Finding, line_of
from knowledge.library import FULL_LANGUAGES, TRANSLATIONS, Library, Topic
from knowledge.numbers_check import as_date, check_numbers, unknown_numbers
from knowledge.readability import TARGET, readability
from knowledge.safety_check import check_safety_texts

DATA = ROOT.parent / "nlu_data"
LONGEST = {"short": 500, "more": 1200, "simple": 350}
ENOUGH_EXAMPLES = {"full": 25, "supported": 8}
_DIGITS = re.compile(r"\d+")


def check_all(today: date | None = None, *, release: bool = False) -> list[Finding]:
    """All findings, errors first. `release` makes errors of what must not go out. When a file is unreadable, that is the only finding."""
    today = today or date.today()
    try:
        library = Library()
    except BrokenKnowledge as error:
        return [Finding("error", ROOT / "README.md", 1, str(error))]
    checks = [
        _topics(library, today),
        _texts(library),
        check_numbers(library, today, release=release),
        check_safety_texts(library),
        check_checkin_texts(library),
        _taxonomy(library),
        _examples(library),
    ]
    findings = [finding for check in checks for finding in check]
    return sorted(findings, key=_order)


def _order(finding: Finding) -> tuple:
    """Errors first, then warnings by place, then hard texts, the hardest first."""
    hard = finding.score is not None
    return not finding.is_error, hard, finding.score if hard else 0.0, str(finding.file), finding.line


def _topics(library: Library, today: date) -> Iterator[Finding]:
    schema = json.loads((ROOT / "topic.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    for topic_id in library.topic_ids():
        if topic_id not in library.topics:
            yield Finding("error", ROOT / "taxonomy.yml", line_of(ROOT / "taxonomy.yml", topic_id), f"the topic {topic_id} has no file")
    for topic in library.topics.values():
        raw = read_yaml(topic.file)
        for error in validator.iter_errors(json.loads(json.dumps(raw, default=str))):
            yield Finding("error", topic.file, line_of(topic.file, str(error.path[0]) if error.path else "id"), error.message)
        yield from _topic(library, topic, today)
    yield from _duplicates(library)
    yield from _translations(library)


def _topic(library: Library, topic: Topic, today: date) -> Iterator[Finding]:
    def found(level: str, key: str, message: str) -> Finding:
        return Finding(level, topic.file, line_of(topic.file, key), message)

    if topic.id != topic.file.stem or topic.id not in library.topic_ids():
        yield found("error", "id", f"the id {topic.id} must be the file's name and stand in taxonomy.yml")
    for other in topic.see_also:
        if other not in library.topics:
            yield found("error", "see_also", f"see_also names {other}, which does not exist")
    for category in topic.services:
        if category not in library.taxonomy["service_categories"]:
            yield found("error", "services", f"{category} is not a service category of taxonomy.yml")
    if not topic.sources and topic.group != "bot":
        yield found("error", "sources", "no source")
    for source in topic.sources:
        if "seen" not in source:
            yield found("warning", source["title"], f"nobody has read this source yet: {source['title']}")
    if topic.valid_until and as_date(topic.valid_until) < today:
        yield found("error", "valid_until", f"stale since {topic.valid_until}: look the facts up again")
    must_be_simple = topic.red_flag or topic.id in library.most_asked
    for language in FULL_LANGUAGES:
        if language not in topic.answers:
            yield found("error", "answers", f"no answer in {language}")
        elif must_be_simple and not topic.answers[language].simple:
            yield found("error", f"{language}:", f"no simple text in {language}, and it is a red flag or often asked")
    for language, answer in topic.answers.items():
        yield from _answer(library, topic, language, {"short": answer.short, "more": answer.more, "simple": answer.simple, **answer.regions})
        if topic.review.get(language, {}).get("state") != "reviewed":
            yield found("warning", "review", f"{language}: not reviewed by a person of the field")


def _answer(library: Library, topic: Topic, language: str, texts: dict[str, str]) -> Iterator[Finding]:
    for part, text in texts.items():
        line = line_of(topic.file, text[:30]) if text else 1
        limit = LONGEST.get(part, 400) if language in FULL_LANGUAGES else 700
        if len(text) > limit:
            yield Finding("error", topic.file, line, f"{language} {part}: {len(text)} characters, at most {limit}")
        for number in unknown_numbers(library, text):
            yield Finding("error", topic.file, line, f"{language} {part}: {number} is not in numbers.yml")
        score = readability(text, language) if len(text) > 80 else None
        if score is not None and score < TARGET:
            yield Finding("warning", topic.file, line, f"{language} {part}: readability {score:.0f}, aim for {TARGET:.0f}", score)


def _translations(library: Library) -> Iterator[Finding]:
    """A translation must hold the figures of its English source: digits, phone numbers, and so the emergency advice."""
    for language in library.languages[len(FULL_LANGUAGES) :]:
        path = ROOT / "topics" / TRANSLATIONS / f"{language}.yml"
        if not path.exists():
            yield Finding("warning", ROOT / "taxonomy.yml", 1, f"topics/{TRANSLATIONS}/{language}.yml is missing")
            continue
        for topic in library.topics.values():
            if language in topic.answers:
                wanted, got = (Counter(_DIGITS.findall(topic.answers[each].short)) for each in ("en", language))
                if wanted != got:
                    message = f"{topic.id}: the figures differ from the English text: {sorted((wanted - got) + (got - wanted))}"
                    yield Finding("error", path, line_of(path, f"{topic.id}:"), message)
            elif topic.id in library.most_asked:
                yield Finding("warning", path, 1, f"{topic.id} is often asked and has no short answer in {language}")


def _duplicates(library: Library) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for topic in library.topics.values():
        for language, answer in topic.answers.items():
            if answer.short in seen:
                yield Finding(
                    "error",
                    topic.file,
                    line_of(topic.file, answer.short[:30]),
                    f"{language}: the same answer as {seen[answer.short]}",
                )
            seen[answer.short] = topic.id


def _texts(library: Library) -> Iterator[Finding]:
    wanted = {key: _placeholders(text) for key, text in library.texts["en"].items() if isinstance(text, str)}
    for language in library.languages:
        path = ROOT / "texts" / f"{language}.yml"
        if language not in library.texts:
            yield Finding("error" if language in FULL_LANGUAGES else "warning", ROOT / "taxonomy.yml", 1, f"texts/{language}.yml is missing")
            continue
        texts = library.texts[language]
        for key, placeholders in wanted.items():
            if key not in texts:
                yield Finding("error", path, 1, f"the text {key} is missing")
            elif _placeholders(texts[key]) != placeholders:
                yield Finding("error", path, line_of(path, key), f"{key} must hold exactly the words {sorted(placeholders)}")
            else:
                for number in unknown_numbers(library, texts[key]):
                    yield Finding("error", path, line_of(path, key), f"{key}: {number} is not in numbers.yml")
        for key in set(texts) - set(wanted) - {"review"}:
            yield Finding("error", path, line_of(path, key), f"{key} is not a text of en.yml")


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\{(\w+)\}", text))


def _taxonomy(library: Library) -> Iterator[Finding]:
    path = ROOT.parent / "bot" / "domain" / "intents.yml"
    intents = {next(iter(entry)) if isinstance(entry, dict) else entry for entry in read_yaml(path)["intents"]}
    for wanted in [*library.topic_ids(), *library.behaviours]:
        if wanted not in intents:
            yield Finding("error", path, 1, f"the intent {wanted} is missing")


def _examples(library: Library) -> Iterator[Finding]:
    for language in library.languages:
        folder = DATA / language
        enough = ENOUGH_EXAMPLES["full" if language in FULL_LANGUAGES else "supported"]
        counts: Counter[str] = Counter()
        seen: dict[str, str] = {}
        for path in sorted(folder.glob("*.yml")):
            for entry in read_yaml(path)["nlu"]:
                lines = [line.strip()[2:].strip() for line in entry["examples"].splitlines() if line.strip().startswith("- ")]
                counts[entry["intent"]] += len(lines)
                for text in lines:
                    before = seen.setdefault(text.lower(), entry["intent"])
                    if before != entry["intent"]:
                        yield Finding("error", path, line_of(path, text), f"an example of {entry['intent']} and of {before}: {text}")
        level = "error" if language in FULL_LANGUAGES else "warning"
        for topic in library.topic_ids():
            if counts[topic] < enough:
                yield Finding(level, folder, 1, f"{topic} has {counts[topic]} examples, at least {enough}")
