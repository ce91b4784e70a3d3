"""Which account goes to an alarm: two people may bear one name, and one of them sees how to get in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alarm", sa.Column("accepted_login", sa.String(length=60), nullable=True))
