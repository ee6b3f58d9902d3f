"""The database: migrations make exactly the tables of the models; an unreachable one is a clear refusal."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.errors import DatabaseUnreachable
from bot.store import delivery_models, signal_models  # noqa: F401 - their tables join the metadata
from bot.store.database import Database
from bot.store.models import FactRow, Table


def test_the_migrations_make_the_tables_of_the_models(database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_migrating_again_changes_nothing(database):
    with database.session() as session:
        session.add(FactRow(name="kept", value="yes"))
    database.migrate()
    with database.session() as session:
        assert session.get(FactRow, "kept").value == "yes"


def test_a_failed_transaction_leaves_nothing(database):
    with pytest.raises(RuntimeError), database.session() as session:
        session.add(FactRow(name="half", value="done"))
        session.flush()
        raise RuntimeError
    with database.session() as session:
        assert session.get(FactRow, "half") is None


@pytest.mark.parametrize("url", ["postgresql://me:secret@127.0.0.1:1/none", "sqlite:////proc/none/kiem.db"])
def test_an_unreachable_database_is_refused_without_its_password(url):
    with pytest.raises(DatabaseUnreachable) as error:
        Database(url).migrate()
    assert "DATABASE_URL" in str(error.value)
    assert "secret" not in str(error.value)
