"""These tests need SQLite only."""

from tests.sqlite import database, migrated  # noqa: F401 - fixtures
