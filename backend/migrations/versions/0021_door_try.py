"""Wrong tries to sign in, counted by network."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "door_try",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_door_try")),
    )


def downgrade() -> None:
    op.drop_table("door_try")
