"""What became of an endpoint's deliveries, the newest first, however much else went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.text("kind = 'webhook'")
    op.create_index("ix_outbox_webhook", "outbox", ["user", "id"], sqlite_where=only, postgresql_where=only)
