"""Reads the YAML files of the knowledge. Owns file access and clear errors; not what the contents mean."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import BrokenKnowledge

ROOT = Path(__file__).resolve().parent


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # the C one is about eight times faster
    """YAML with the booleans of version 1.2: `on:` and `no` stay the words they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def read_yaml(path: Path) -> Any:
    """The contents of a YAML file.

    Raises:
        BrokenKnowledge: names file, line and what the parser did not understand.
    """
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BrokenKnowledge(f"{path}:{line}: {error.problem}. Put texts with a colon or a quote in a `>-` block.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenKnowledge(f"{path}: cannot be read ({error}).") from error


def line_at(path: Path, *keys: str | int) -> int:
    """The line where the value under these keys begins, as deep as the file has them; 1 for a file that cannot be read."""
    node, line = _nodes(path, path.stat().st_mtime_ns) if path.is_file() else None, 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = next(((name, value) for name, value in node.value if name.value == str(key)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            found = (node.value[key], node.value[key])
        else:
            found = None
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


@lru_cache(maxsize=512)
def _nodes(path: Path, _changed: int) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
