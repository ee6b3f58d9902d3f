"""The commands of the team in a terminal of their own, and two terminals that take the same signal."""

import asyncio
import json
import os
import subprocess
import sys

import pytest

from bot.people.keys import Keyring
from bot.people.registry import People
from bot.settings import PROJECT
from bot.store.database import Database
from tests.safety import Desk

pytestmark = pytest.mark.slow

KEY = bytes(range(32))


@pytest.fixture
def kiem(migrated, tmp_path):
    """Runs `kiem` on a data folder with one emergency and one signal that waits for a yes."""
    (tmp_path / "kiem.db").write_bytes(migrated.read_bytes())
    opened = Database(f"sqlite:///{tmp_path / 'kiem.db'}")
    desk = Desk(People(opened, Keyring(KEY)))
    asyncio.run(desk.say("I have the pills here"))
    asyncio.run(desk.say("I want to die", "another"))
    opened.close()
    environment = {**os.environ, "KIEM_HOME": str(tmp_path), "KIEM_MASTER_KEY": KEY.hex()}

    def start(*words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def _run(kiem, *words: str) -> tuple[int, str, str]:
    process = kiem(*words)
    out, error = process.communicate(timeout=60)
    return process.returncode, out, error


def test_a_signal_from_list_to_closed(kiem):
    _, out, _ = _run(kiem, "signals", "list", "--json")
    listed = json.loads(out)
    assert [(signal["id"], signal["level"], signal["messages"]) for signal in listed["signals"]] == [(1, "emergency", [])]
    assert listed["unshared"] == 1
    _, out, _ = _run(kiem, "signals", "show", "1")
    assert "I have the pills here" in out
    code, _, error = _run(kiem, "signals", "show", "2")
    assert code == 2
    assert "not shared" in error
    first, second = kiem("signals", "take", "1", "--as", "an", "--json"), kiem("signals", "take", "1", "--as", "bea", "--json")
    outs = [process.communicate(timeout=60) for process in (first, second)]
    assert sorted([first.returncode, second.returncode]) == [0, 2], "one owner"
    owner = next(json.loads(out)["owner"] for (out, _), process in zip(outs, (first, second), strict=True) if process.returncode == 0)
    _, out, _ = _run(kiem, "signals", "close", "1", "--as", owner, "--outcome", "helped", "--json")
    assert (json.loads(out)["state"], json.loads(out)["outcome"]) == ("closed", "helped")


def test_nobody_takes_a_signal_under_an_unknown_name(kiem):
    code, _, error = _run(kiem, "signals", "take", "1", "--as", "nobody")
    assert code == 2
    assert "kiem team list" in error


def test_duty_says_what_is_missing_for_a_human_in_real_time(kiem):
    code, out, _ = _run(kiem, "duty", "add", "an", "--on", "sat", "--hours", "10:00-12:00", "--json")
    assert code == 0
    assert json.loads(out)[0]["on"] == "sat"
    _, out, _ = _run(kiem, "duty", "list")
    assert "No human in real time" in out
