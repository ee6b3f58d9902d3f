"""The pages of signals: the queue, one signal with what can be done about it, search. Owns these pages; the work is in bot/signals."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from sanic import response
from sanic.response import HTTPResponse

from bot.channels.desk.visit import Doors, Visit, read_number
from bot.errors import UnknownSignal
from bot.signals.duty import BRUSSELS
from bot.signals.queue import URGENCY
from bot.signals.states import OPEN_STATES, OUTCOMES, UNANSWERED, Signal
from bot.store.models import now
from knowledge.social_map.entries import entries

ONE = "/desk/signals/<number:str>"
STATES = (*OPEN_STATES, "closed")


def serve_signals(doors: Doors) -> None:
    doors.view("/desk/signals", show_queue, "queue")
    doors.news("/desk/signals/live", queue_news)
    doors.view("/desk/search", search, "search")
    doors.view(ONE, show_signal, "signal")
    doors.news(f"{ONE}/live", signal_news)
    for path, act, what in (
        ("take", take, "take"),
        ("hand-over", hand_over, "hand_over"),
        ("note", write_note, "note_act"),
        ("contacted", contacted, "contacted"),
        ("close", close, "close"),
        ("reopen", reopen, "reopen"),
        ("talk", open_talk, "talk_open"),
        ("talk/say", say, "talk_say"),
        ("talk/close", close_talk, "talk_close"),
    ):
        doors.act(f"{ONE}/{path}", act, what)


def show_queue(visit: Visit) -> HTTPResponse:
    return visit.show("queue", **_queue(visit))


def queue_news(visit: Visit) -> HTTPResponse:
    found: dict[str, Any] = {}

    def part(name: str) -> Any:
        if not found:
            found.update(_queue(visit))
        return found[name]

    lazily = {name: lambda name=name: part(name) for name in ("signals", "unshared", "follow_ups", "team", "on_duty")}
    return visit.pages.fragment("queue_part", visit.who.language, visit.request, visit.office.queue.mark(), **lazily)


def _queue(visit: Visit) -> dict[str, Any]:
    office, at = visit.office, visit.office.room.clock()
    return {
        "signals": office.queue.waiting(),
        "unshared": office.room.care.count_unshared(),
        "follow_ups": office.queue.follow_ups(at.astimezone(BRUSSELS).date()),
        "team": office.room.team.state(at),
        "on_duty": [member.name for member in office.room.team.on_duty(at)],
    }


def show_signal(visit: Visit) -> HTTPResponse:
    signal = visit.office.room.care.show(visit.signal_id)
    return visit.show("signal", **_signal(visit, signal), **_acts(visit, signal))


def signal_news(visit: Visit) -> HTTPResponse:
    signal = visit.office.room.care.show(visit.signal_id)
    runs, talk = visit.office.relays.transcript(visit.signal_id, seen=True)
    mark = (signal.state, signal.owner, signal.level, len(signal.log), runs, [(said.id, said.state) for said in talk])
    return visit.pages.fragment("signal_part", visit.who.language, visit.request, mark, **_signal(visit, signal, (runs, talk)))


def _signal(visit: Visit, signal: Signal, talk: tuple | None = None) -> dict[str, Any]:
    """What the live part shows."""
    runs, said = talk or visit.office.relays.transcript(signal.id, seen=True)
    members = {f"member:{member['id']}": member["name"] for member in visit.office.roster.members()}
    return {"signal": signal, "talk": said, "runs": runs, "notes": visit.office.casework.notes(signal.id), "members": members}


def _acts(visit: Visit, signal: Signal) -> dict[str, Any]:
    """What the forms need; `key` keeps a message that is sent twice from being there twice."""
    mine = signal.owner == visit.who.name
    return {
        "mine": mine,
        "may_act": mine or visit.who.coordinates,
        "unanswered": signal.state in UNANSWERED,
        "outcomes": OUTCOMES,
        "colleagues": [member["name"] for member in visit.office.roster.members() if member["name"] != signal.owner],
        "interpreters": _interpreters(visit.who.language),
        "key": secrets.token_hex(16),
    }


def _interpreters(language: str) -> list[str]:
    return [entry.card(language) for entry in entries().find(["interpreter"])]


def _back(visit: Visit) -> HTTPResponse:
    return response.redirect(f"/desk/signals/{visit.signal_id}", status=303)


def _must_act(visit: Visit) -> None:
    if not visit.office.casework.may_act(visit.signal_id, visit.who.name):
        raise UnknownSignal("Somebody else has this signal.")


def take(visit: Visit) -> HTTPResponse:
    visit.office.room.care.take(visit.signal_id, visit.who.name)
    return _back(visit)


def hand_over(visit: Visit) -> HTTPResponse:
    visit.office.casework.hand_over(visit.signal_id, visit.who.name, visit.said("to"))
    return _back(visit)


def write_note(visit: Visit) -> HTTPResponse:
    visit.office.casework.write_note(visit.signal_id, visit.who.name, visit.said("text"))
    return _back(visit)


def contacted(visit: Visit) -> HTTPResponse:
    _must_act(visit)
    visit.office.room.care.contacted(visit.signal_id, visit.who.name)
    return _back(visit)


def close(visit: Visit) -> HTTPResponse:
    _must_act(visit)
    visit.office.room.care.close(visit.signal_id, visit.who.name, visit.said("outcome"), _date(visit.said("follow_up")))
    visit.office.relays.sweep()
    return _back(visit)


def reopen(visit: Visit) -> HTTPResponse:
    visit.office.room.care.reopen(visit.signal_id, visit.who.name)
    return _back(visit)


def open_talk(visit: Visit) -> HTTPResponse:
    visit.office.relays.open(visit.signal_id, visit.who.name)
    return response.redirect(f"/desk/signals/{visit.signal_id}#talk", status=303)


def say(visit: Visit) -> HTTPResponse:
    visit.office.relays.say(visit.signal_id, visit.who.name, visit.said("text"), visit.said("key")[:64] or secrets.token_hex(16), visit.who.language)
    return response.redirect(f"/desk/signals/{visit.signal_id}#talk", status=303)


def close_talk(visit: Visit) -> HTTPResponse:
    visit.office.relays.close(visit.signal_id, visit.who.name)
    return _back(visit)


def search(visit: Visit) -> HTTPResponse:
    """By number, subject or colleague in one field, and by level, state and language. The words that were looked for are not logged."""
    asked = {name: visit.asked(name) for name in ("q", "level", "state", "language")}
    found = _find(visit, asked) if any(asked.values()) else None
    return visit.show("search", asked=asked, found=found, levels=tuple(URGENCY), states=STATES, spoken=_spoken())


def _spoken() -> list[str]:
    from knowledge.library import library

    return list(library().languages)


def _find(visit: Visit, asked: dict[str, str]) -> list:
    queue, term = visit.office.queue, asked["q"]
    equal = {name: asked[name] for name in ("level", "state", "language") if asked[name]}
    if not term:
        return queue.search(**equal)
    if term.isascii() and term.isdigit():
        return queue.search(number=read_number(term) or 0, **equal)
    if term.lower() in (member["name"].lower() for member in visit.office.roster.members()):
        return queue.search(owner=term, **equal)
    domains = visit.pages.domains_called(term, visit.who.language)
    return queue.search(domains=domains, **equal) if domains else []


def _date(text: str) -> date | None:
    """Raises UnknownSignal when it is no day to come."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UnknownSignal("That is no date.") from error
    if day < now().astimezone(BRUSSELS).date():
        raise UnknownSignal("That day is over.")
    return day
