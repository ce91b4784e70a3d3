"""Alembic's entry: runs the revisions on the connection that `backend.migrate` hands over."""

from __future__ import annotations

from alembic import context

from backend.models import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    include_object=context.config.attributes.get("include_object"),
)
with context.begin_transaction():
    context.run_migrations()
