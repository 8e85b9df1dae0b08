"""Run by Alembic: applies steps on the connection that `migrations.upgrade` hands over. Opens none itself."""

from alembic import context

from freehold.foundation.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
