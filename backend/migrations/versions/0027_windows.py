"""What a vendor's window still allows each address, and the tokens that a channel's processes share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.Column("brief_allowed", sa.Integer(), nullable=False),
        sa.Column("brief_closes_at", sa.DateTime(), nullable=True),
        sa.Column("agreed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_reply_window_address_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_reply_window_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_window")),
        sa.UniqueConstraint("address_id", name=op.f("uq_reply_window_address_id")),
    )
    op.create_table(
        "vendor_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("busy_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_token")),
        sa.UniqueConstraint("channel", "name", name=op.f("uq_vendor_token_channel_name")),
    )


def downgrade() -> None:
    op.drop_table("vendor_token")
    op.drop_table("reply_window")
