"""These tests need SQLite only; what must hold on PostgreSQL too is in tests/unit/store/test_signals_on_both.py."""

from tests.sqlite import database, migrated  # noqa: F401 - fixtures
