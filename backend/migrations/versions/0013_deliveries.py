"""Deliveries: queues and lanes of the outbox, integrators' endpoints, and the processes that deliver."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("queue", sa.String(length=100), nullable=True),
        sa.Column("lane", sa.String(length=60), nullable=True),
        sa.Column("held_by", sa.String(length=80), nullable=True),
        sa.Column("replayed_at", sa.DateTime(), nullable=True),
    ):
        op.add_column("outbox", column)
    for name, columns in (("queue", ["queue", "due_at"]), ("lane", ["lane", "id"])):
        there = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_outbox_{'_'.join(columns) if name == 'queue' else name}",
            "outbox",
            columns,
            sqlite_where=there,
            postgresql_where=there,
        )
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_webhook_endpoint_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_index(
        op.f("ix_webhook_endpoint_community_id_state"), "webhook_endpoint", ["community_id", "state"], unique=False
    )
    op.create_table(
        "node",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_node")),
    )


def downgrade() -> None:
    op.drop_table("node")
    op.drop_table("webhook_endpoint")
    op.drop_index("ix_outbox_lane", "outbox")
    op.drop_index("ix_outbox_queue_due_at", "outbox")
    for name in ("replayed_at", "held_by", "lane", "queue"):
        op.drop_column("outbox", name)
