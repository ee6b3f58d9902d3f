"""The engine and its sessions. Owns connecting and migrating; no queries.

Create one `Database` per process and after a fork (see bot/server.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from bot.errors import DatabaseUnreachable

BUSY_SECONDS = 5  # how long a writer waits for another one of SQLite before it gives up
MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """A database address with its connections."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _create_engine(url)
        self._sessions = sessionmaker(self.engine, future=True, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back when the block raises."""
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def exclusive(self) -> Iterator[Session]:
        """A transaction that reads before it writes. SQLite takes the write lock at once, so that what was read still holds; on PostgreSQL
        lock the rows that matter (`with_for_update`)."""
        with self.session() as session:
            if self.engine.dialect.name == "sqlite":
                session.execute(sa.text("BEGIN IMMEDIATE"))
            yield session

    def migrate(self) -> None:
        """Bring the tables to the newest revision.

        Raises:
            DatabaseUnreachable: the database does not answer.
        """
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        try:
            with self.engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except (SQLAlchemyError, OSError) as error:
            shown = sa.engine.make_url(self.url).render_as_string(hide_password=True)
            raise DatabaseUnreachable(
                f"The database {shown} does not answer ({type(error).__name__}). Is it running, and does DATABASE_URL name it rightly?"
            ) from error

    def close(self) -> None:
        self.engine.dispose()


def _create_engine(url: str) -> sa.engine.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, future=True, pool_pre_ping=True)
    engine = sa.create_engine(url, future=True, poolclass=QueuePool, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: object, _: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
