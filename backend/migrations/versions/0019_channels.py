"""What several channels need: codes that bind an account to a home, who cannot be reached, how a delivery ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("address", sa.Column("unreachable_at", sa.DateTime(), nullable=True))
    op.add_column("outbox", sa.Column("vendor_id", sa.String(length=120), nullable=True))
    op.add_column("outbox", sa.Column("delivered_at", sa.DateTime(), nullable=True))
    op.add_column("outbox", sa.Column("read_at", sa.DateTime(), nullable=True))
    vendors = sa.text("vendor_id IS NOT NULL")
    op.create_index("ix_outbox_vendor_id", "outbox", ["vendor_id"], sqlite_where=vendors, postgresql_where=vendors)
    op.create_table(
        "binding_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_binding_code_community_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_binding_code_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_binding_code_digest")),
    )
    op.create_table(
        "binding_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_binding_try_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_try")),
    )
    op.create_index(op.f("ix_binding_try_conversation_id_at"), "binding_try", ["conversation_id", "at"])


def downgrade() -> None:
    for table in ("binding_try", "binding_code"):
        op.drop_table(table)
    op.drop_index("ix_outbox_vendor_id", table_name="outbox")
    for table, column in (
        ("outbox", "read_at"),
        ("outbox", "delivered_at"),
        ("outbox", "vendor_id"),
        ("address", "unreachable_at"),
    ):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
