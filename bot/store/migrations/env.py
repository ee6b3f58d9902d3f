"""Alembic's entry: runs the revisions over the connection that `Database.migrate` hands over."""

from alembic import context

from bot.store.models import Table
from knowledge.social_map.models import metadata as social_map

context.configure(connection=context.config.attributes["connection"], target_metadata=[Table.metadata, social_map], render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
