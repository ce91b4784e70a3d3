"""Ids of messages older than thirty days are forgotten: what is repeated after that is a new message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as table:
        table.alter_column("external_id", existing_type=sa.String(length=200), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE message SET external_id = 'forgotten-' || id WHERE external_id IS NULL")
    with op.batch_alter_table("message") as table:
        table.alter_column("external_id", existing_type=sa.String(length=200), nullable=False)
