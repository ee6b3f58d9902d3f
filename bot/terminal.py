"""Talking in the terminal: `kiem chat` and `kiem demo`. Owns printing and typing; the talk goes the same way as any message."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from pathlib import Path

from bot.reception import Inbound, Reception, Reply
from bot.server import open_reception
from bot.settings import Settings

DEMO = (
    "Hallo!",
    "mijn baby van 5 weken huilt elke avond uren, wat kan ik doen?",
    "en 's nachts?",
    "kan je het eenvoudiger zeggen?",
    "quand dois-je déclarer la naissance à la commune ?",
    "when should I start with solid food? and how much screen time is ok?",
    "who won the football match yesterday?",
    "ik wil met een mens praten",
)


def talk(settings: Settings, model: Path, *, language: str | None = None) -> None:
    """Answer what is typed until an empty line, "/quit" or the end of input."""
    asyncio.run(_talk(settings, model, language))


def play_demo(settings: Settings, model: Path) -> None:
    """Print a scripted talk, then delete the person it made."""
    asyncio.run(_play(settings, model, DEMO))


async def _talk(settings: Settings, model: Path, language: str | None) -> None:
    reception = await open_reception(settings, model)
    address = secrets.token_hex(8)
    print("Talk to Kiem. A number presses a button; /quit or Ctrl+D stops.\n")
    pressed: list[str] = []
    while True:
        try:
            line = (await asyncio.to_thread(input, "> ")).strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line in ("/quit", ""):
            return
        if line.isdigit() and 0 < int(line) <= len(pressed):
            line = pressed[int(line) - 1]
        replies = await reception.answer(Inbound("terminal", address, line, language=language))
        pressed = print_replies(replies)


async def _play(settings: Settings, model: Path, lines: Iterable[str]) -> None:
    from bot.runtime import people

    reception: Reception = await open_reception(settings, model)
    address = secrets.token_hex(8)
    for line in lines:
        print(f"\n> {line}")
        print_replies(await reception.answer(Inbound("terminal", address, line)))
    people().erase(people().arrive("terminal", address).id)


def print_replies(replies: list[Reply]) -> list[str]:
    """Print replies with their buttons numbered; the payloads in that order."""
    payloads = []
    for reply in replies:
        print("\n" + reply.get("text", ""))
        for button in reply.get("buttons", ()):
            payloads.append(button["payload"])
            print(f"   [{len(payloads)}] {button['title']}")
    return payloads
