"""Phone numbers in the knowledge: every number a text names is a line of numbers.yml, and every line was verified lately. Owns those two checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from knowledge.files import ROOT
from knowledge.findings import Finding, line_of
from knowledge.library import Library

NUMBER_AGE = timedelta(days=90)
# A number of three or four digits is meant as a phone number only after a verb such as "bel".
_CALL = re.compile(
    r"\b(?:bel|belt|bellen|telefoneer|appelez|appeler|téléphonez|composez|call|phone|ring|dial|nummer|numéro|number)\s+(?:(?:le|au|naar|op)\s+)?([1-9]\d{2,3})\b(?![\d.,]*\s*(?:g|gram|euro|€|ml|dagen|jours|days))",
    re.I,
)
_LONG_PHONE = re.compile(r"(?<![\d.,])0\d{2,3}[ /.]\d{2,3}[ .]\d{2,3}(?:[ .]\d{2})?(?!\d)")


def unknown_numbers(library: Library, text: str) -> list[str]:
    """Phone numbers in a text that are not lines of numbers.yml, foreign emergency numbers among them."""
    known = {re.sub(r"\D", "", line.number) for line in library.lines.values()}
    named = _LONG_PHONE.findall(text) + _CALL.findall(text)
    return [number for number in named if re.sub(r"\D", "", number) not in known]


def check_numbers(library: Library, today: date, *, release: bool = False) -> Iterator[Finding]:
    """Stale or foreign lines; before a release a stale one is an error."""
    path = ROOT / "numbers.yml"
    for line in library.lines.values():
        if today - as_date(line.verified_on) > NUMBER_AGE:
            yield Finding(
                "error" if release else "warning",
                path,
                line_of(path, str(line.number)),
                f"{line.number} was last verified on {line.verified_on}: phone it before a release",
            )
        if line.number in library.foreign_numbers:
            yield Finding("error", path, line_of(path, str(line.number)), f"{line.number} belongs to another country")


def as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
