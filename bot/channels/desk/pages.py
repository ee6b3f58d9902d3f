"""Filling in the pages of the desk. Owns templates, their filters and the answer that carries them; no data."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Request, response
from sanic.response import HTTPResponse

from bot.channels.desk.accounts import LANGUAGES
from bot.channels.web.assets import load_assets
from bot.channels.web.words import RIGHT_TO_LEFT
from bot.delivery.outbox import Clock
from bot.signals.duty import BRUSSELS
from bot.store.models import now
from knowledge.care_texts import CareTexts

HERE = Path(__file__).parent


class Pages:
    """Shows templates in a language."""

    def __init__(self, texts: CareTexts, clock: Clock = now) -> None:
        self._texts = texts
        self.clock = clock
        self.assets = load_assets(HERE / "static")
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._templates.filters |= {"moment": moment, "clock": self._clock_time, "waited": self._waited, "direction": direction}

    def render(self, page: str, language: str, **values: Any) -> str:
        hashes = {name: asset.hash for name, asset in self.assets.items()}
        return self._templates.get_template(f"{page}.html").render(
            t=Speaker(self._texts, language), language=language, languages=LANGUAGES, hashes=hashes, now=self.clock(), **values
        )

    def show(self, page: str, language: str, status: int = 200, **values: Any) -> HTTPResponse:
        return response.html(self.render(page, language, **values), status=status)

    def fragment(self, page: str, language: str, request: Request, mark: object, **values: Any) -> HTTPResponse:
        """A part of a page, or 304 when the browser has the one with this mark."""
        tag = f'"{hashlib.sha256(repr((mark, language)).encode()).hexdigest()[:20]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache, private"}
        if request.headers.get("if-none-match") == tag:
            return response.empty(304, headers)
        values = {name: value() if callable(value) else value for name, value in values.items()}
        return response.html(self.render(page, language, **values), headers=headers)

    def _clock_time(self, at: datetime) -> str:
        """The time in Brussels; with the day when it is another one."""
        here, today = at.astimezone(BRUSSELS), self.clock().astimezone(BRUSSELS).date()
        return f"{here:%H:%M}" if here.date() == today else f"{here:%d/%m %H:%M}"

    def domains_called(self, term: str, language: str) -> list[str]:
        """The domains whose name in this language holds a word."""
        said = self._texts.texts[language]
        return [key.removeprefix("domain_") for key, name in said.items() if key.startswith("domain_") and term.lower() in name.lower()]

    def _waited(self, at: datetime, speak: Speaker) -> str:
        """How long ago, in one unit."""
        minutes = max(0, int((self.clock() - at).total_seconds() // 60))
        if minutes < 60:
            return speak("minutes", count=minutes)
        return speak("hours", count=minutes // 60) if minutes < 48 * 60 else speak("days", count=minutes // 1440)


class Speaker:
    """The words of a language, as templates ask for them."""

    def __init__(self, texts: CareTexts, language: str) -> None:
        self._texts = texts
        self._language = language

    def __call__(self, key: str, **values: object) -> str:
        return self._texts.say(key, self._language, **values)

    def known(self, key: str, otherwise: str) -> str:
        """A word that may be missing, such as the name of a domain that came later."""
        return self(key) if key in self._texts.texts["en"] else otherwise.replace("_", " ")


def moment(at: datetime) -> str:
    """Day and time in Brussels."""
    return f"{at.astimezone(BRUSSELS):%d/%m/%Y %H:%M}"


def direction(language: str | None) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
