"""`kiem check`: what is missing, stale, unreviewed, unreadable or inconsistent in the knowledge and the training examples.

Owns putting the checks together, and those of the interface texts and of the lists; each finding names file and line. Errors break a
promise to the reader, warnings are work to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.errors import BrokenKnowledge
from knowledge.examples_check import check_examples
from knowledge.files import ROOT, line_at, read_yaml
from knowledge.findings import Finding, line_of
from knowledge.library import FULL_LANGUAGES, Library
from knowledge.numbers_check import check_numbers, unknown_numbers
from knowledge.safety_check import check_safety_texts
from knowledge.topics_check import check_topics
from knowledge.translations_check import check_translations


def check_all(today: date | None = None, *, release: bool = False, root: Path = ROOT) -> list[Finding]:
    """All findings, errors first. `release` makes errors of what must not go out. When a file is unreadable, that is the only finding."""
    today = today or date.today()
    try:
        library = Library(root)
    except BrokenKnowledge as error:
        return [_unreadable(error, root)]
    checks = [
        check_topics(library, today),
        check_translations(library),
        _texts(library),
        check_numbers(library, today, release=release),
        check_safety_texts(library),
        _lists(library),
        check_examples(library, root.parent / "nlu_data"),
    ]
    findings = [finding for check in checks for finding in check]
    return sorted(findings, key=_order)


def _unreadable(error: BrokenKnowledge, root: Path) -> Finding:
    """The error as a finding, in the file it names."""
    named = re.match(r"(?P<file>.+?\.yml)(?::(?P<line>\d+))?: (?P<problem>.*)", str(error), re.S)
    if not named:
        return Finding("error", root / "README.md", 1, str(error))
    return Finding("error", Path(named["file"]), int(named["line"] or 1), named["problem"])


def _order(finding: Finding) -> tuple:
    """Errors first, then warnings by place, then hard texts, the hardest first."""
    hard = finding.score is not None
    return not finding.is_error, hard, finding.score if hard else 0.0, str(finding.file), finding.line


def _texts(library: Library) -> Iterator[Finding]:
    """Every interface text exists in every language, with the same placeholders."""
    wanted = {key: _placeholders(text) for key, text in library.texts["en"].items() if isinstance(text, str)}
    for language in library.languages:
        path = library.root / "texts" / f"{language}.yml"
        if language not in library.texts:
            taxonomy = library.root / "taxonomy.yml"
            yield Finding("error" if language in FULL_LANGUAGES else "warning", taxonomy, 1, f"texts/{language}.yml is missing")
            continue
        texts = library.texts[language]
        for key, placeholders in wanted.items():
            if key not in texts:
                yield Finding("error", path, 1, f"the text {key} is missing")
            elif _placeholders(texts[key]) != placeholders:
                yield Finding("error", path, line_at(path, key), f"{key} must hold exactly the words {sorted(placeholders)}")
            else:
                for number in unknown_numbers(library, texts[key]):
                    yield Finding("error", path, line_at(path, key), f"{key}: {number} is not in numbers.yml")
        for key in set(texts) - set(wanted) - {"review"}:
            yield Finding("error", path, line_at(path, key), f"{key} is not a text of en.yml")
        if (texts.get("review") or {}).get("state") != "reviewed":
            yield Finding("warning", path, line_at(path, "review"), f"{language}: not reviewed by a person of the field")


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\{(\w+)\}", text))


def _lists(library: Library) -> Iterator[Finding]:
    """What the lists name exists: most asked topics, help lines to show first, intents of the domain."""
    path = library.root / "most_asked.yml"
    for place, topic_id in enumerate(library.most_asked):
        if topic_id not in library.topics:
            yield Finding("error", path, line_at(path, place), f"{topic_id} is often asked and has no file")
    numbers = library.root / "numbers.yml"
    for language, lines in read_yaml(numbers)["show_first"].items():
        for line in lines:
            if str(line) not in library.lines:
                yield Finding("error", numbers, line_at(numbers, "show_first", language), f"show_first names {line}, which is not a line")
    domain = library.root.parent / "bot" / "domain" / "intents.yml"
    intents = {next(iter(entry)) if isinstance(entry, dict) else entry for entry in read_yaml(domain)["intents"]}
    for wanted in [*library.topic_ids(), *library.behaviours]:
        if wanted not in intents:
            yield Finding("error", domain, line_of(domain, "intents:"), f"the intent {wanted} is missing")
