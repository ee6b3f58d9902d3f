"""What all tests share: a database to write to, other services where they are reachable, and the real bot over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from bot.without_tensorflow import keep_tensorflow_out  # noqa: E402 - before Rasa is imported by any test

keep_tensorflow_out()

from bot.people.keys import Keyring  # noqa: E402
from bot.people.registry import People  # noqa: E402
from bot.settings import PROJECT, Settings  # noqa: E402
from bot.store.database import Database  # noqa: E402

POSTGRES = "postgresql://{user}@127.0.0.1:5432/{database}"
REDIS = "redis://127.0.0.1:6379/0"
DEMANDED = set(filter(None, os.environ.get("KIEM_TEST_DEMAND", "").split(",")))
START_SECONDS = 90


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def need_service(name: str, port: int) -> None:
    """Skip when a service is not reachable; fail when this run demands it (KIEM_TEST_DEMAND)."""
    if not _listens(port):
        if name in DEMANDED:
            pytest.fail(f"{name} is demanded here but does not listen on port {port}")
        pytest.skip(f"{name} does not listen on port {port}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: on SQLite, and on PostgreSQL in a schema of its own."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'kiem.db'}")
        opened.migrate()
        yield opened
        opened.close()
        return
    need_service("postgresql", 5432)
    url = os.environ.get("KIEM_TEST_POSTGRES", POSTGRES.format(user="postgres", database="test"))
    schema = f"kiem_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(url, future=True)
    with admin.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
    opened = Database(f"{url}?options=-csearch_path%3D{schema}")
    opened.migrate()
    yield opened
    opened.close()
    with admin.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(bytes(range(32)))


@pytest.fixture
def people(database: Database, keyring: Keyring) -> People:
    return People(database, keyring)


class Bot:
    """The real bot in a process of its own, spoken to over HTTP."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "bot.log"
        self._environment = {**os.environ, "PORT": str(self.port), "KIEM_HOME": str(home), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Bot:
        _share_models(self.home)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=PROJECT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self.health().get("status") == "ok":
                return self
            time.sleep(0.1)
        raise AssertionError(f"the bot did not start:\n{self.log.read_text('utf-8', 'replace')[-3000:]}")

    def health(self) -> dict:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)
        except OSError:
            return {}

    def say(self, text: str, sender: str = "tester", **body: object) -> list[dict]:
        """Send a message to the REST channel; the replies."""
        status, replies = self.post("/webhooks/rest/webhook", {"sender": sender, "message": text, **body})
        assert status == 200, replies
        return replies

    def post(self, path: str, body: object, headers: dict[str, str] | None = None) -> tuple[int, object]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            raw = error.read()
            try:
                return error.code, json.loads(raw)
            except ValueError:
                return error.code, raw.decode("utf-8", "replace")

    def memory(self) -> int:
        """Resident bytes of the process."""
        import psutil

        return psutil.Process(self._process.pid).memory_info().rss

    def stop(self, how: int = signal.SIGINT) -> int:
        self._process.send_signal(how)
        return self._process.wait(20)


def _share_models(home: Path) -> None:
    """The trained model and the caches of the project, so that a test need not train."""
    home.mkdir(parents=True, exist_ok=True)
    for name in ("models", "cache"):
        if not (home / name).exists():
            (Settings.from_environment({}).home / name).mkdir(parents=True, exist_ok=True)
            (home / name).symlink_to(Settings.from_environment({}).home / name)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """One real bot for the tests that only talk."""
    running = Bot(tmp_path_factory.mktemp("home")).start()
    yield running
    running.stop()


@pytest.fixture
def own_bot(tmp_path: Path) -> Iterator[Bot]:
    """A real bot of one test's own, not started yet."""
    made = Bot(tmp_path / "home")
    yield made
    if made._process and made._process.poll() is None:
        made.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def kiem_url(bot: Bot) -> str:
    return bot.url
