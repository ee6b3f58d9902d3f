"""`kiem desk-user` in a terminal of its own: what it makes opens the desk, and what it prints is shown once."""

import os
import subprocess
import sys

import pyotp
import pytest

from bot.channels.desk.accounts import Accounts
from bot.errors import NotAdmitted
from bot.people.keys import Keyring
from bot.settings import PROJECT
from bot.store.database import Database

KEY = bytes(range(32))
PASSWORD = "a rather long password"


@pytest.fixture
def kiem(migrated, tmp_path):
    """Runs `kiem desk-user` on an empty data folder: (exit code, output)."""
    (tmp_path / "kiem.db").write_bytes(migrated.read_bytes())
    environment = {**os.environ, "KIEM_HOME": str(tmp_path), "KIEM_MASTER_KEY": KEY.hex()}

    def run(*words: str, password: str = PASSWORD) -> tuple[int, str]:
        command = [sys.executable, "-m", "bot", "desk-user", *words]
        done = subprocess.run(command, cwd=PROJECT, env=environment, input=f"{password}\n", capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return run


def test_an_account_from_making_to_removing(kiem, tmp_path):
    code, said = kiem("add", "lies", "--mail", "lies@town.example", "--role", "coordinator", "--title", "midwife")
    assert code == 0, said
    secret = next(line for line in said.splitlines() if line.isupper() and len(line) == 32)
    assert f"secret={secret}" in said
    assert PASSWORD not in said
    opened = Database(f"sqlite:///{tmp_path / 'kiem.db'}")
    accounts = Accounts(opened, Keyring(KEY))
    accounts.admit("lies", PASSWORD, pyotp.TOTP(secret).now())
    code, listed = kiem("list")
    assert "role: coordinator" in listed
    assert secret not in listed
    assert kiem("remove", "lies")[0] == 0
    with pytest.raises(NotAdmitted):
        accounts.admit("lies", PASSWORD, pyotp.TOTP(secret).now())
    opened.close()


@pytest.mark.parametrize(
    ("words", "password", "why"),
    [
        (("add", "lies"), PASSWORD, "mail address"),
        (("add", "lies", "--mail", "lies@town.example"), "short", "12 to 256"),
        (("add", "lies", "--mail", "lies@town.example", "--language", "de"), PASSWORD, "The desk speaks"),
        (("unlock", "nobody"), PASSWORD, "has no account"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(kiem, words, password, why):
    code, said = kiem(*words, password=password)
    assert code == 2
    assert why in said
    assert "Traceback" not in said
