"""What the tests of signals and delivery share: a small gate of three phrases, a team on duty, a clock to turn, and local peers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bot.people.registry import People
from bot.reception import Inbound, Reception, Reply
from bot.safety.verdict import Evidence, Said, Verdict, highest
from bot.signals.alerting import Transport
from bot.signals.room import Room, open_room
from bot.store.signal_models import CareMemberRow, DutyShiftRow
from knowledge.library import library

FRIDAY = datetime(2026, 11, 27, 10, 0, tzinfo=timezone.utc)  # 11:00 in Brussels
PHRASES = {  # what the gate of these tests hears; the real one has tests of its own
    "i have the pills here": ("emergency", "self_harm"),
    "he hits me now": ("emergency", "violence"),
    "i want to die": ("today", "self_harm"),
    "so very tired": ("soon", "exhaustion"),
    "nobody around": ("watch", "isolation"),
}


class SmallGate:
    """Judges by five phrases, as the real gate is called."""

    def judge(self, text: str, *, language: str | None, earlier: Sequence[Said], role: str, forwarded: bool, details: dict[str, Any]) -> Verdict:
        said = text.lower()
        if "never mind" in said:
            level = highest(each.level for each in earlier)
            domains = next((each.domains for each in earlier if each.level == level), ())
            return Verdict(level, domains, retracts=level != "none")
        for phrase, (level, domain) in PHRASES.items():
            if phrase in said:
                whose = "other" if "my sister" in said else "self"
                return Verdict(level, (domain,), (Evidence("test", domain, level),), whose, unclear="perhaps" in said)
        return Verdict()


class Clock:
    """A clock that the test turns."""

    def __init__(self, at: datetime = FRIDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **amount: float) -> None:
        self.at += timedelta(**amount)


class Postbox:
    """A way of alerting that keeps what it gets, or fails when told to."""

    kind = "mail"

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, dict[str, str], list[str]]] = []
        self.fails: Exception | None = None

    def probe(self) -> None:
        if self.fails:
            raise self.fails

    def send(self, key: str, subject: str, lines: dict[str, str], recipients: list[str]) -> None:
        self.probe()
        self.sent.append((key, subject, lines, list(recipients)))

    @property
    def keys(self) -> list[str]:
        return [key for key, *_ in self.sent]


class Parrot:
    """Stands for the dialogue, which these tests are not about."""

    def __init__(self, record: dict[str, Any] | None = None, error: Exception | None = None) -> None:
        self.record = record
        self.error = error
        self.heard: list[str] = []

    async def handle_message(self, message: Any) -> None:
        from bot.decision import Decision

        self.heard.append(message.text)
        if self.error:
            raise self.error
        custom = Decision(lang=message.metadata["language"] or "en", **(self.record or {})).as_custom()
        await message.output_channel.send_response(message.sender_id, {"text": "an answer", "custom": custom})


def set_up_team(room: Room) -> None:
    """An (carer, weekdays 9-17), Bea (carer, the same), Cor (coordinator, no shifts)."""
    with room.people.database.session() as session:
        roles = {"an": "carer", "bea": "carer", "cor": "coordinator"}
        rows = [CareMemberRow(name=name, role=role, mail=f"{name}@team.example") for name, role in roles.items()]
        session.add_all(rows)
        session.flush()
        for row in rows[:2]:
            session.add_all(DutyShiftRow(member_id=row.id, weekday=day, start_minute=540, end_minute=1020) for day in range(5))


class Desk:
    """A reception over a database, with everything that a test looks at."""

    def __init__(self, people: People, *, team: bool = True, transports: tuple[Transport, ...] | None = None, agent: Any = None) -> None:
        self.clock = Clock()
        self.postbox = Postbox()
        self.people = people
        self.room = open_room(people, (self.postbox,) if transports is None else transports, self.clock)
        if team:
            set_up_team(self.room)
            self.room.alerts.beat()
        self.net = self.room.open_net(SmallGate())
        self.agent = agent or Parrot()
        self.reception = Reception(self.agent, people, library(), self.net)

    async def say(self, text: str, who: str = "me", **about: Any) -> list[Reply]:
        return await self.reception.answer(Inbound("rest", who, text, language="en", **about))

    def deliver(self) -> int:
        """What the courier would do now."""
        return self.net.courier.deliver_due()


def texts(replies: list[Reply]) -> str:
    return "\n".join(reply["text"] for reply in replies)


def payloads(replies: list[Reply]) -> list[str]:
    return [button["payload"] for reply in replies for button in reply.get("buttons", ())]


@contextmanager
def webhook_peer() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A local HTTP server and what it was sent: headers and body of each request."""
    got: list[dict[str, Any]] = []

    class Peer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append({"headers": dict(self.headers), "raw": body, "body": json.loads(body)})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/alerts", got
    server.shutdown()
    server.server_close()
