"""The other conversations of whoever is in danger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm_talk",
        sa.Column("alarm_id", sa.String(length=26), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_alarm_talk_alarm_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_alarm_talk_conversation_id")),
        sa.PrimaryKeyConstraint("alarm_id", "conversation_id", name=op.f("pk_alarm_talk")),
    )


def downgrade() -> None:
    op.drop_table("alarm_talk")
