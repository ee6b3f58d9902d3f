"""Rasa's own commands work with the flags the README gives; the actions work in an action server, and nobody is left in silence without it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import PROJECT, Settings
from bot.training import ensure_model
from tests.conftest import Bot, free_port

pytestmark = pytest.mark.slow
START_SECONDS = 120


def _documented(command: str) -> list[str]:
    """The README's line for this Rasa command, as words after `rasa`."""
    (line,) = re.findall(rf"^ +\.venv/bin/rasa ({command} .*)$", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE)
    return shlex.split(line)


def _with(words: list[str], **values: str) -> list[str]:
    """The same words with other values of some flags."""
    words = list(words)
    for flag, value in values.items():
        words[words.index(f"--{flag}") + 1] = value
    return words


def _rasa(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
    return subprocess.run([sys.executable, "-m", "rasa", *words], cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=300)


def test_the_data_is_valid_for_rasa():
    done = _rasa(*_documented("data validate"))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_rasa_plays_the_test_stories_without_a_failure(tmp_path: Path):
    model = ensure_model(Settings.from_environment({}))
    done = _rasa(*_with(_documented("test core"), model=str(model), out=str(tmp_path)))
    assert done.returncode == 0, done.stderr[-2000:]
    assert "action" not in (tmp_path / "failed_test_stories.yml").read_text("utf-8")
    assert (tmp_path / "story_report.json").exists()


@pytest.mark.parametrize("command", ["train", "run -i"])
def test_every_flag_and_file_of_the_other_commands_exists(command):
    words = _documented(command)
    known = _rasa(command.split()[0], "--help").stdout
    assert [word for word in words if word.startswith("--") and word not in known] == []
    given = [word for word in words if "/" in word and not word.startswith(".kiem")]
    assert given and all((PROJECT / word).exists() for word in given)


class ActionServer:
    """`rasa run actions` in a process of its own, on the data folder of a bot."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        words = [sys.executable, "-m", "rasa", *_documented("run actions"), "-p", str(self.port)]
        environment = {**os.environ, "KIEM_HOME": str(home), "RASA_TELEMETRY_ENABLED": "false"}
        self._process = subprocess.Popen(words, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2).close()
                return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the action server did not start")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(20)


@pytest.fixture
def action_server(own_bot: Bot) -> Iterator[ActionServer]:
    server = ActionServer(own_bot.home)
    yield server
    server.stop()


def test_an_action_server_answers_and_its_loss_is_told_with_numbers(own_bot: Bot, action_server: ActionServer):
    own_bot._environment["ACTION_ENDPOINT_URL"] = f"http://127.0.0.1:{action_server.port}/webhook"
    own_bot.start()
    action_server.wait()
    replies = own_bot.say("hoe vraag ik het startbedrag aan?")
    assert replies[0]["custom"]["kiem"]["topic"] == "money_birth_allowance"
    action_server.stop()
    lost = own_bot.say("hoe vraag ik het startbedrag aan?")
    assert lost[0]["custom"]["kiem"]["topic"] is None
    assert "112" in "\n".join(reply["text"] for reply in lost)
