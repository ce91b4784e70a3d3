"""Steps of an alarm whose number stands nowhere else, other conversations of it, and where an event came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alarm_step", sa.Column("number", sa.String(length=24), nullable=True))


def downgrade() -> None:
    op.drop_column("alarm_step", "number")
