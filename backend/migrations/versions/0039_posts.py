"""One clerk's posts in several communities, and which of them a session works at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def _has(table: str, column: str) -> bool:
    """0034 brought them for a while: a database that took it then has them already."""
    return column in {known["name"] for known in sa.inspect(op.get_bind()).get_columns(table)}


def upgrade() -> None:
    if not _has("staff", "same_as"):
        op.add_column("staff", sa.Column("same_as", sa.Integer(), nullable=True))
        op.create_index(op.f("ix_staff_same_as"), "staff", ["same_as"])
    if not _has("staff_session", "post_id"):
        op.add_column("staff_session", sa.Column("post_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff_session", "post_id")
    op.drop_index(op.f("ix_staff_same_as"), table_name="staff")
    op.drop_column("staff", "same_as")
