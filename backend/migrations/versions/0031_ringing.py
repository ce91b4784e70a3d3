"""Calls that we begin, and bells at a gate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ring",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("rang_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_ring_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring")),
        sa.UniqueConstraint("once", name=op.f("uq_ring_once")),
    )
    op.create_index(op.f("ix_ring_community_id_phone_rang_at"), "ring", ["community_id", "phone", "rang_at"])
    op.create_table(
        "gate_bell",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("gate", sa.String(length=80), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("visitor", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=True),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("rang_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_gate_bell_community_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_gate_bell_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_bell")),
        sa.UniqueConstraint("cause", name=op.f("uq_gate_bell_cause")),
    )
    op.create_index(op.f("ix_gate_bell_community_id_state"), "gate_bell", ["community_id", "state"])


def downgrade() -> None:
    op.drop_table("gate_bell")
    op.drop_table("ring")
