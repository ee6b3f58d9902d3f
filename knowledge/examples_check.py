"""The training examples: enough of them, different ones, and none that teaches two topics. Owns these counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from knowledge.files import read_yaml
from knowledge.findings import Finding, line_of
from knowledge.library import FULL_LANGUAGES, Library

ENOUGH = {"full": 25, "supported": 8}


def check_examples(library: Library, folder: Path) -> Iterator[Finding]:
    """Findings per language. Two examples that differ in capitals or punctuation only count as one."""
    for language in library.languages:
        enough = ENOUGH["full" if language in FULL_LANGUAGES else "supported"]
        different: dict[str, set[str]] = defaultdict(set)
        seen: dict[str, str] = {}
        for path in sorted((folder / language).glob("*.yml")):
            for intent, text in read_intents(path):
                different[intent].add(re.sub(r"\W+", " ", text.lower()).strip())
                before = seen.setdefault(text.lower(), intent)
                if before != intent:
                    yield Finding("error", path, line_of(path, text), f"an example of {intent} and of {before}: {text}")
        level = "error" if language in FULL_LANGUAGES else "warning"
        for topic in library.topic_ids():
            if len(different[topic]) < enough:
                path = _file_of(folder / language, topic)
                yield Finding(level, path, line_of(path, topic), f"{topic} has {len(different[topic])} {language} examples, at least {enough}")


def read_intents(path: Path) -> Iterator[tuple[str, str]]:
    """(intent, example) of one file in Rasa's format."""
    for entry in read_yaml(path)["nlu"]:
        for line in entry["examples"].splitlines():
            if line.strip().startswith("- "):
                yield entry["intent"], line.strip()[2:].strip()


def _file_of(folder: Path, topic: str) -> Path:
    """The file to add to: the first that has examples of this topic, else any, else the taxonomy."""
    files = sorted(folder.glob("*.yml"))
    holding = [path for path in files if any(intent == topic for intent, _ in read_intents(path))]
    return next(iter(holding or files), folder.parent.parent / "knowledge" / "taxonomy.yml")
