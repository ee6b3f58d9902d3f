"""The static files of the chat page, in memory. Owns their types and caching, and filling in the page; no words.

A file asked for by its hash (`?v=`) never changes; without it the browser asks again with the ETag.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from sanic import Request, response
from sanic.response import HTTPResponse

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    type: str
    hash: str


def load_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """Every file that browsers may ask for, by name."""
    bodies = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
    return {name: Asset(body, TYPES[Path(name).suffix], hashlib.sha256(body).hexdigest()[:16]) for name, body in bodies.items()}


def send(asset: Asset, request: Request) -> HTTPResponse:
    """The file, or 304 when the browser has it."""
    tag = f'"{asset.hash}"'
    headers = {"ETag": tag, "Cache-Control": FOREVER if request.args.get("v") == asset.hash else ASK_AGAIN}
    if tag in (request.headers.get("if-none-match") or ""):
        return response.empty(304, headers)
    return response.raw(asset.body, headers=headers, content_type=asset.type)


class PageTemplate:
    """chat.html with the words of a language filled in: it shows the numbers before and without any script."""

    def __init__(self, assets: dict[str, Asset], folder: Path = FOLDER) -> None:
        self._template = Template((folder / "chat.html").read_text("utf-8"))
        self._hashes = {f"hash_{name.replace('.', '_')}": asset.hash for name, asset in assets.items()}

    def fill(self, words: dict[str, Any], everywhere: dict[str, list[dict[str, str]]]) -> str:
        """The page; `everywhere` holds the help lines per written language, for browsers without scripts."""
        texts = {key: escape(text) for key, text in words["texts"].items()}
        return self._template.substitute(
            texts,
            **self._hashes,
            texts_language=words["texts_language"],
            direction=words["direction"],
            language_options="\n".join(_option(entry, words["language"]) for entry in words["languages"]),
            help_lines=_lines(words["help"]),
            help_everywhere="\n".join(f'<ul class="lines" lang="{code}" dir="auto">{_lines(lines)}</ul>' for code, lines in everywhere.items()),
            words_json=_in_script(words),
        )


def _option(entry: dict[str, str], chosen: str) -> str:
    selected = " selected" if entry["code"] == chosen else ""
    return f'<option value="{escape(entry["code"])}" lang="{escape(entry["code"])}"{selected}>{escape(entry["name"])}</option>'


def _lines(help_lines: list[dict[str, str]]) -> str:
    return "\n".join(_line(**{key: escape(value) for key, value in line.items()}) for line in help_lines)


def _line(*, tel: str, number: str, language: str, about: str) -> str:
    return f'<li><a href="{tel}"><b dir="ltr">{number}</b> <span lang="{language}">{about}</span></a></li>'


def _in_script(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
