"""A small process that takes messages in the way the server does, and can be killed at any step. Run by test_kill.py.

It loads everything once and then, for each line on its input, forks a child that opens the database anew, as a restarted process would:

    {"home": ..., "webhook": ..., "minutes": 2, "kill_at": 7, "messages": [{"who", "text", "key"}], "pick_up": true}

The first line is lived by the parent itself, on a database of its own: so the children are warm. A child counts its steps (every statement,
before and after every commit and every request to the webhook) and kills itself with SIGKILL at `kill_at`. The parent prints one line per
child: {"steps", "killed", "replies"}.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import tests.conftest  # noqa: F401 - keeps TensorFlow out before anything imports Rasa
from bot.delivery.webhook import Webhook
from bot.people.keys import Keyring
from bot.people.registry import People
from bot.reception import Inbound, Reception
from bot.signals.room import open_room
from bot.store.database import Database
from knowledge.library import library
from tests.safety import FRIDAY, Parrot, SmallGate


class Steps:
    """Counts, and kills at the one that was asked for."""

    def __init__(self, kill_at: int) -> None:
        self.count = 0
        self._kill_at = kill_at

    def take(self, *_: Any, **__: Any) -> None:
        self.count += 1
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class CountedWebhook(Webhook):
    """The real one, with a step before and after each request."""

    def __init__(self, url: str, steps: Steps) -> None:
        super().__init__(url, "secret")
        self._steps = steps

    def send(self, *order: Any) -> None:
        self._steps.take()
        super().send(*order)
        self._steps.take()


def live(order: dict[str, Any]) -> dict[str, Any]:
    """The life of one process: take messages in, answer them, deliver what is due."""
    steps = Steps(order["kill_at"])
    database = Database(f"sqlite:///{Path(order['home']) / 'kiem.db'}")
    for event in ("before_cursor_execute", "commit"):
        sa.event.listen(database.engine, event, steps.take)
    people = People(database, Keyring(bytes(range(32))))
    at = FRIDAY + timedelta(minutes=order["minutes"])
    room = open_room(people, (CountedWebhook(order["webhook"], steps),), lambda: at)
    net = room.open_net(SmallGate())
    reception = Reception(Parrot(), people, library(), net)
    replies = []
    if order.get("pick_up"):
        net.pick_up()
    for message in order["messages"]:
        said = asyncio.run(reception.answer(Inbound("rest", message["who"], message["text"], language="en", update_key=message["key"])))
        steps.take()  # the reply is written
        replies.append([reply["text"] for reply in said])
    while net.courier.deliver_due():
        pass
    return {"steps": steps.count, "killed": False, "replies": replies}


def main() -> None:
    live(json.loads(sys.stdin.readline()))
    gc.collect()
    gc.freeze()  # what was loaded is not walked again in every child
    gc.disable()
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.write(writing, json.dumps(live(json.loads(line))).encode())
            os._exit(0)
        os.close(writing)
        with open(reading, "rb") as pipe:
            result = pipe.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(result.decode() if result else json.dumps({"steps": None, "killed": killed, "replies": []}), flush=True)


if __name__ == "__main__":
    main()
