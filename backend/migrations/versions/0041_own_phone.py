"""The phone on which the desk rings a clerk, to put them through from an alarm."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("phone", sa.String(length=24), nullable=True))


def downgrade() -> None:
    op.drop_column("staff", "phone")
