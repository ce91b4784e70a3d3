"""How many parts of a delivery have begun to go out, and which event told last what is welcome: neither counts twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("begun", sa.Integer(), server_default="0", nullable=False))
    op.add_column("reply_window", sa.Column("agreed_by", sa.String(length=60), nullable=True))
