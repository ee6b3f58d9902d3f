"""When something breaks, the danger text still reaches the person and nothing is lost. Locks, files, space and servers really break here."""

import asyncio
import shutil
import sqlite3
import time

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from sqlalchemy import select

from bot.delivery.mail import Mail
from bot.store.signal_models import SignalRow
from tests.conftest import free_port
from tests.safety import Desk, Parrot, texts

DANGER = "I have the pills here"


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def say(desk: Desk, text: str = DANGER, who: str = "me") -> str:
    return texts(asyncio.run(desk.say(text, who)))


def signals(desk: Desk) -> list[SignalRow]:
    with desk.people.database.session() as session:
        return list(session.execute(select(SignalRow)).scalars())


def test_a_locked_database_does_not_hold_the_danger_text_up(desk, tmp_path):
    say(desk, "hello")
    other = sqlite3.connect(tmp_path / "kiem.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def talk() -> tuple[list, float]:
        start = time.monotonic()
        replies = await desk.say(DANGER)
        return replies, time.monotonic() - start

    loop = asyncio.new_event_loop()
    replies, seconds = loop.run_until_complete(talk())
    other.execute("ROLLBACK")
    other.close()
    loop.run_until_complete(loop.shutdown_default_executor())  # the store goes on behind the reply
    loop.close()
    assert "112" in texts(replies)
    assert "told the team" not in texts(replies)
    assert replies[0]["custom"]["kiem"]["signal"]["level"] == "emergency"
    assert seconds < 3
    desk.reception.store_unsaved()
    assert [row.level for row in signals(desk)] == ["emergency"]
    assert desk.deliver() == 1


def test_a_database_that_is_gone_and_comes_back(desk, people, tmp_path):
    people.database.close()
    away = tmp_path.parent / f"{tmp_path.name} away"
    shutil.move(tmp_path, away)
    assert "112" in say(desk)
    assert "1813" in say(desk, "when do babies eat?"), "the apology has the numbers too"
    with pytest.raises(sa.exc.SQLAlchemyError):
        desk.reception.store_unsaved()
    shutil.move(away, tmp_path)
    desk.reception.store_unsaved()
    assert [row.level for row in signals(desk)] == ["emergency"]
    assert desk.deliver() == 1
    desk.reception.store_unsaved()
    assert len(signals(desk)) == 1


def test_a_full_disk(desk, people):
    limits = []

    def fill(connection, _) -> None:
        limits.append(connection.execute("PRAGMA max_page_count=1").fetchone())  # SQLite makes it what is there already

    people.database.close()
    sa.event.listen(people.database.engine, "connect", fill)
    long = "word " * 20_000  # more than the free space of the last page
    assert "112" in say(desk, f"{long} {DANGER}")
    assert limits
    assert signals(desk) == []
    sa.event.remove(people.database.engine, "connect", fill)
    people.database.close()
    desk.reception.store_unsaved()
    assert [row.level for row in signals(desk)] == ["emergency"]


@pytest.mark.parametrize("text", ["so very tired", "I want to die", "nobody around"])
def test_a_raising_dialogue_keeps_the_safety_text(people, text, caplog):
    desk = Desk(people, agent=Parrot(error=RuntimeError("my words")))
    replies = asyncio.run(desk.say(text))
    assert replies[0]["custom"]["kiem"]["signal"]["level"] in ("soon", "today", "watch")
    assert any(sign in texts(replies) for sign in ("106", "1813", "hard when nobody is there"))
    assert "my words" not in caplog.text


def test_a_raising_gate_gives_numbers_and_the_message_is_judged_later(desk, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("my words")

    gate = desk.net._gate
    monkeypatch.setattr(type(gate), "judge", fail)
    assert "112" in say(desk)
    assert signals(desk) == []
    assert "the gate failed: RuntimeError" in caplog.text
    assert "my words" not in caplog.text
    monkeypatch.undo()
    desk.net.pick_up()
    assert signals(desk) == [], "too young: another process may be at it"
    desk.clock.turn(minutes=2)
    desk.net.pick_up()
    assert [row.level for row in signals(desk)] == ["emergency"]
    assert "Are you in danger now" in say(desk, "hello"), "the text that was held up comes with the next reply"


def test_a_broken_database_in_the_middle_of_an_answer_keeps_the_safety_text(desk, monkeypatch):
    def fail(*_, **__):
        raise sa.exc.OperationalError("UPDATE", {}, Exception("gone"))

    monkeypatch.setattr(desk.net.inbox, "finish", fail)
    assert "112" in say(desk)
    assert [row.level for row in signals(desk)] == ["emergency"]


def test_a_mail_server_that_is_down_for_an_hour(people):
    got = []

    class Mailbox:
        async def handle_DATA(self, server, session, envelope):
            got.append(envelope.content)
            return "250 OK"

    port = free_port()
    desk = Desk(people, transports=(Mail(f"smtp://127.0.0.1:{port}", "kiem@town.example"),))
    said = say(desk)
    assert "could not reach the team" in said
    assert "112" in said
    for _ in range(60):
        desk.deliver()
        desk.clock.turn(minutes=1)
    assert got == []
    server = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        desk.clock.turn(minutes=1, seconds=1)
        desk.deliver()
        desk.room.alerts.beat()
    finally:
        server.stop()
    ids = [line for content in got for line in content.split(b"\r\n") if line.lower().startswith(b"message-id")]
    assert b"Message-ID: <signal.1.1.first.mail@kiem.invalid>" in ids
    assert len(ids) == len(set(ids))
    assert desk.room.team.state(desk.clock()).alert_works
