"""A desk to test, in a process of its own, and carers and parents who use it: over HTTP, or in a browser."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot.store import delivery_models, desk_models, signal_models  # noqa: F401 - their tables join the metadata
from bot.store.database import Database
from bot.store.models import Table
from tests.channels.desk.team import PASSWORD, Team, set_up
from tests.channels.web.conftest import PROJECT, browser, open_page  # noqa: F401 - fixtures
from tests.sqlite import migrated  # noqa: F401 - fixture

HERE = Path(__file__).parent
TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Desk:
    """The server, its database and its team."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = Database(f"sqlite:///{path}")
        self.team: Team | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        command = [sys.executable, str(HERE / "app.py"), str(self.port), self.database.url]
        self.process = subprocess.Popen(command, env=environment, cwd=PROJECT)
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/desk/login", trust_env=False)
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise RuntimeError(f"the desk did not start (exit code {self.process.poll()})")

    def stop(self, how: int = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        self.process.wait(15)

    def begin_anew(self) -> None:
        """An empty database with the team; what the process knows of its alert channel stays."""
        with self.database.session() as session:
            for table in reversed(Table.metadata.sorted_tables):
                if table.name != "fact":
                    session.execute(table.delete())
        self.team = set_up(self.database)

    def visitor(self) -> Colleague:
        return Colleague(self.url)

    def colleague(self, name: str) -> Colleague:
        """Somebody of the team, logged in."""
        entered = Colleague(self.url)
        answer = entered.log_in(name, PASSWORD, self.team.code(name))
        assert answer.status_code == 303, answer.text
        return entered

    def parent(self, *said: str) -> httpx.Client:
        """Somebody who writes on the chat page."""
        client = httpx.Client(base_url=self.url, trust_env=False, timeout=20)
        for text in said:
            client.post("/chat/message", json={"text": text, "language": "en"}).raise_for_status()
        return client


class Colleague(httpx.Client):
    """A browser without scripts at the desk. `press` fills in the token that the page holds."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, trust_env=False, timeout=20)

    def log_in(self, name: str, password: str, code: str) -> httpx.Response:
        form = self.get("/desk/login").text
        return self.post("/desk/login", data={"token": TOKEN.search(form)[1], "name": name, "password": password, "code": code})

    def press(self, path: str, **fields: str) -> httpx.Response:
        token = TOKEN.search(self.get("/desk/signals").text)[1]
        return self.post(path, data={"token": token, **fields})

    def first_signal(self) -> int:
        return int(re.search(r"/desk/signals/(\d+)", self.get("/desk/signals").text)[1])


@pytest.fixture(scope="session")
def running_desk(migrated, tmp_path_factory) -> Iterator[Desk]:  # noqa: F811
    path = tmp_path_factory.mktemp("desk") / "kiem.db"
    path.write_bytes(migrated.read_bytes())
    opened = Desk(path)
    opened.start()
    yield opened
    opened.stop()
    opened.database.close()


@pytest.fixture
def desk(running_desk) -> Desk:
    """The desk with an empty queue; started again when a test stopped it."""
    if running_desk.process.poll() is not None:
        running_desk.start()
    running_desk.begin_anew()
    return running_desk


@pytest.fixture
def enter(desk, open_page) -> Callable:  # noqa: F811
    """Opens the desk in a browser of its own and logs somebody in."""

    def enter_one(name: str, **options):
        page = open_page(f"{desk.url}/desk/login", **options)
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Code of your authenticator").fill(desk.team.code(name))
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/desk/signals")
        return page

    return enter_one
