"""Drills, and the seconds of each call that we begin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ring_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ring_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ring_id"], ["ring.id"], name=op.f("fk_ring_event_ring_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_event")),
    )
    op.create_index(op.f("ix_ring_event_ring_id"), "ring_event", ["ring_id"])
    op.create_table(
        "drill",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=True),
        sa.Column("stored_at", sa.DateTime(), nullable=True),
        sa.Column("handed_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("judge_at", sa.DateTime(), nullable=True),
        sa.Column("once", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_drill_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
        sa.UniqueConstraint("once", name=op.f("uq_drill_once")),
    )
    op.create_index(op.f("ix_drill_community_id_kind_due_at"), "drill", ["community_id", "kind", "due_at"])
    op.create_index(op.f("ix_drill_state"), "drill", ["state"])


def downgrade() -> None:
    op.drop_table("drill")
    op.drop_table("ring_event")
