"""Screens of the duty room, which show alarms and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_screen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("sounds_at", sa.DateTime(), nullable=True),
        sa.Column("lost_at", sa.DateTime(), nullable=True),
        sa.Column("lost_why", sa.String(length=8), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_duty_screen_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_screen")),
        sa.UniqueConstraint("digest", name=op.f("uq_duty_screen_digest")),
    )
    op.create_index(op.f("ix_duty_screen_community_id_ended_at"), "duty_screen", ["community_id", "ended_at"])


def downgrade() -> None:
    op.drop_table("duty_screen")
