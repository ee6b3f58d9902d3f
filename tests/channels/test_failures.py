"""What a person sees when something inside breaks: a kind text with numbers, never silence."""

import asyncio
import socket
import time
from contextlib import closing

import pytest
from rasa_sdk import Action
from sqlalchemy.exc import OperationalError

from bot.in_process import InProcessActions, RemoteActions
from bot.reception import Inbound
from tests.safety import Desk, Parrot


class _Broken(Action):
    def name(self) -> str:
        return "action_broken"

    def run(self, dispatcher, tracker, domain):
        raise RuntimeError("with a secret inside")


class _Endless(Action):
    def name(self) -> str:
        return "action_endless"

    def run(self, dispatcher, tracker, domain):
        time.sleep(3)
        return []


def _call(name: str) -> dict:
    tracker = {
        "sender_id": "x",
        "slots": {},
        "latest_message": {},
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }
    return {"next_action": name, "sender_id": "x", "tracker": tracker, "domain": {}, "version": "3.6.21"}


@pytest.fixture
def actions() -> InProcessActions:
    made = InProcessActions(seconds=10)
    for action in (_Broken, _Endless):
        made._executor.register_action(action)
    yield made
    made.close()


def test_an_action_that_raises_becomes_the_apology_without_its_secret(actions, caplog):
    result = asyncio.run(actions.request(json=_call("action_broken")))
    assert result["responses"] == [{"response": "utter_apology"}]
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_an_action_that_hangs_becomes_the_apology_in_time(actions):
    actions._seconds = 0.3
    start = time.monotonic()
    result = asyncio.run(actions.request(json=_call("action_endless")))
    assert result["responses"] == [{"response": "utter_apology"}]
    assert time.monotonic() - start < 2


@pytest.fixture
def slow_server():
    """Somebody else's action server that takes a message and never answers."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/webhook"


def test_an_action_server_that_hangs_becomes_the_apology_in_time(slow_server):
    start = time.monotonic()
    result = asyncio.run(RemoteActions(slow_server, seconds=0.3).request(json=_call("action_answer")))
    assert result["responses"] == [{"response": "utter_apology"}]
    assert time.monotonic() - start < 2


class _SilentAgent:
    async def handle_message(self, message):
        return None


@pytest.mark.parametrize("agent", [Parrot(error=ValueError("my private words")), _SilentAgent()])
def test_a_broken_or_silent_dialogue_is_answered_with_numbers(people, agent, caplog):
    replies = asyncio.run(Desk(people, agent=agent).say("my private words"))
    assert "Sorry" in replies[0]["text"]
    assert "112" in replies[0]["text"]
    assert replies[0]["custom"]["kiem"]["topic"] is None
    assert "private" not in caplog.text


@pytest.mark.parametrize(("language", "number"), [("nl", "1813"), ("fr", "0800 32 123"), (None, "112")])
def test_without_a_database_the_numbers_come_from_memory(people, monkeypatch, language, number):
    def gone(*_):
        raise OperationalError("SELECT", {}, Exception("gone"))

    desk = Desk(people)
    monkeypatch.setattr(people, "arrive", gone)
    replies = asyncio.run(desk.reception.answer(Inbound("rest", "me", "hi", language=language)))
    assert number in replies[0]["text"]
