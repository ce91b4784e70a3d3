"""Which homes were reminded of what is overdue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrears_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(length=10), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_arrears_reminder_community_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_arrears_reminder_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_reminder")),
        sa.UniqueConstraint(
            "household_id", "payer", "period", "rung", name=op.f("uq_arrears_reminder_household_id_payer_period_rung")
        ),
    )
    op.create_index(op.f("ix_arrears_reminder_community_id"), "arrears_reminder", ["community_id"])


def downgrade() -> None:
    op.drop_table("arrears_reminder")
