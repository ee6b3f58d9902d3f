"""What a check finds: the form of a finding and where an editor looks. Owns no check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.files import ROOT


@dataclass(frozen=True)
class Finding:
    """Something to mend. `level` is "error" or "warning"."""

    level: str
    file: Path
    line: int
    message: str
    score: float | None = None  # readability, where that is what the finding is about

    @property
    def is_error(self) -> bool:
        return self.level == "error"

    def __str__(self) -> str:
        return f"{self.level}: {self._shown()}:{self.line}: {self.message}"

    def as_json(self) -> dict[str, Any]:
        return {"level": self.level, "file": self._shown(), "line": self.line, "message": self.message}

    def _shown(self) -> str:
        return str(self.file.relative_to(ROOT.parent) if self.file.is_relative_to(ROOT.parent) else self.file)


def line_of(path: Path, needle: str) -> int:
    """The first line that holds the needle, for an editor to jump to."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if needle and needle in line:
            return number
    return 1
