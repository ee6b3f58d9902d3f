"""Alembic's entry: runs the revisions over the connection that `Database.migrate` hands over."""

from alembic import context

from bot.store import delivery_models, signal_models  # noqa: F401 - their tables join the metadata
from bot.store.models import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
