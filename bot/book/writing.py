"""Writes the book as a folder that a browser opens from the disk: page, look, script, icon. All is escaped."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.book.contents import MISSING, STATES, Book
from knowledge.library import Library
from knowledge.readability import SIMPLE_TARGET, TARGET

STATIC = Path(__file__).parent / "static"
ICON = Path(__file__).parents[1] / "channels" / "web" / "static" / "icon.svg"


def write_book(library: Library, folder: Path) -> Path:
    """Write everything this library can say into the folder; the page to open."""
    html = render(library)
    folder.mkdir(parents=True, exist_ok=True)
    for file in (STATIC / "book.css", STATIC / "book.js", ICON):
        shutil.copyfile(file, folder / file.name)
    page = folder / "index.html"
    page.write_text(html, "utf-8")
    return page


def render(library: Library) -> str:
    """The page."""
    environment = Environment(loader=FileSystemLoader(STATIC), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.tests["web_address"] = lambda url: str(url).startswith(("https://", "http://"))
    page = environment.get_template("book.html")
    return page.render(book=Book(library), states=STATES, missing=MISSING, target=int(TARGET), simple_target=int(SIMPLE_TARGET))
