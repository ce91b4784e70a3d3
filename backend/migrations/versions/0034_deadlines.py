"""What staff are told of by the desk itself, of which deadline of a case, and who sent a photo from another talk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_notice_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_notice_community_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notice_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("staff_id", "case_id", "due_at", name=op.f("uq_notice_staff_id_case_id_due_at")),
    )
    op.create_index(op.f("ix_notice_staff_id_seen_at"), "notice", ["staff_id", "seen_at"])
    op.add_column("case", sa.Column("told_due", sa.DateTime(), nullable=True))
    op.add_column("case_photo", sa.Column("sender", sa.String(length=200), nullable=True))
    op.create_index(op.f("ix_case_state_due_at"), "case", ["state", "due_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_case_state_due_at"), table_name="case")
    op.drop_column("case_photo", "sender")
    op.drop_column("case", "told_due")
    op.drop_index(op.f("ix_notice_staff_id_seen_at"), table_name="notice")
    op.drop_table("notice")
