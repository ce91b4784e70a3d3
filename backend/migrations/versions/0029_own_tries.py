"""Wrong tries are counted where they are made: by a browser that is known, from a telephone that is not a resident's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_browser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_known_browser_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_browser")),
        sa.UniqueConstraint("digest", name=op.f("uq_known_browser_digest")),
    )
    op.add_column("resident_pin", sa.Column("wrong_elsewhere", sa.Integer(), server_default="0", nullable=False))
    op.add_column("resident_pin", sa.Column("elsewhere_until", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("resident_pin") as batch:
        batch.drop_column("elsewhere_until")
        batch.drop_column("wrong_elsewhere")
    op.drop_table("known_browser")
