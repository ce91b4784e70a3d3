"""The trail of a message on the rows that it causes, and the answers to writes that were sent with an Idempotency-Key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("trail", sa.String(length=32), nullable=True))
    op.create_table(
        "answered_write",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_answered_write_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered_write")),
        sa.UniqueConstraint("community_id", "caller", "key", name=op.f("uq_answered_write_community_id_caller_key")),
    )
    op.create_index(op.f("ix_answered_write_at"), "answered_write", ["at"])


def downgrade() -> None:
    op.drop_table("answered_write")
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("trail")
