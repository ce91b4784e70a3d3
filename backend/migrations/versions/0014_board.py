"""The board, places that are taken, and what a home owns here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_board_item_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_item")),
        sa.UniqueConstraint("community_id", "kind", "key", name=op.f("uq_board_item_community_id_kind_key")),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("resource", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_hold_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_hold_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint(
            "community_id", "resource", "at", "seat", name=op.f("uq_hold_community_id_resource_at_seat")
        ),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_case_id"), ["case_id"], unique=False)

    op.create_table(
        "belonging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_belonging_community_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_belonging_household_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_belonging_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belonging")),
        sa.UniqueConstraint("community_id", "kind", "number", name=op.f("uq_belonging_community_id_kind_number")),
    )
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_belonging_household_id"), ["household_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_belonging_household_id"))

    op.drop_table("belonging")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_case_id"))

    op.drop_table("hold")
    op.drop_table("board_item")
