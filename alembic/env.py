"""Run migrations on the connection that `app.storage.migrate` opened, in one transaction."""

from alembic import context
from app.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
