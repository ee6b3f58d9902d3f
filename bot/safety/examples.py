"""The examples that the semantic head learns from (knowledge/signals/examples/<lang>.tsv). Owns reading them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BrokenKnowledge
from bot.safety.verdict import LEVELS

COLUMNS = ["level", "domains", "kind", "text"]


@dataclass(frozen=True)
class Example:
    """One message with its level and domains (the main one first, none for `none`)."""

    language: str
    level: str
    domains: tuple[str, ...]
    kind: str
    text: str


def read_examples(folder: Path, language: str) -> Iterator[Example]:
    """The examples of one language.

    Raises:
        BrokenKnowledge: names file and line.
    """
    path = folder / f"{language}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if next(rows, None) != COLUMNS:
            raise BrokenKnowledge(f"knowledge/signals/examples/{path.name}:1: the columns are {', '.join(COLUMNS)}, parted by tabs.")
        for number, row in enumerate(rows, 2):
            yield _read(row, language, f"knowledge/signals/examples/{path.name}:{number}")


def _read(row: list[str], language: str, where: str) -> Example:
    if len(row) != len(COLUMNS) or row[0] not in LEVELS or not row[3].strip():
        raise BrokenKnowledge(f"{where}: wants level, domains, kind and text, parted by tabs; the level is one of {', '.join(LEVELS)}.")
    domains = tuple(filter(None, row[1].replace(" ", "").split(",")))
    if bool(domains) != (row[0] != "none"):
        raise BrokenKnowledge(f"{where}: every level but `none` has a domain, and only those.")
    return Example(language, row[0], domains, row[2], row[3])
