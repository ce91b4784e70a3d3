"""Whether somebody wishes for a person first, always; empty: it goes by their age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resident", sa.Column("person", sa.String(length=8), nullable=True))
