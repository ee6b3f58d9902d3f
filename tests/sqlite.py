"""Fixtures for tests that need no second database: a migrated SQLite file, made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file with all tables."""
    path = tmp_path_factory.mktemp("migrated") / "kiem.db"
    opened = Database(f"sqlite:///{path}")
    opened.migrate()
    opened.close()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """An own copy of it."""
    path = tmp_path / "kiem.db"
    shutil.copy(migrated, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.close()
