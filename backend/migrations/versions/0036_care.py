"""What residents agreed for an emergency, and the code by which somebody on a ladder answers in writing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "care",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("deaf", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("duress", sa.Text(), nullable=True),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("entry_consent", sa.String(length=10), nullable=True),
        sa.Column("daily", sa.String(length=5), nullable=True),
        sa.Column("naps", sa.String(length=11), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("knocks", sa.String(length=80), nullable=True),
        sa.Column("knocks_phone", sa.String(length=24), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("well_at", sa.DateTime(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_care_community_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_care_resident_id")),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_care")),
    )
    op.create_index(op.f("ix_care_community_id"), "care", ["community_id"])
    op.add_column("alarm_step", sa.Column("code", sa.String(length=4), nullable=True))


def downgrade() -> None:
    op.drop_column("alarm_step", "code")
    op.drop_table("care")
