"""The word of a community's own site for whoever is signed in there: used once, by one browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=200), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_site_word_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_word")),
        sa.UniqueConstraint("account", "claim", name=op.f("uq_site_word_account_claim")),
    )
    op.create_index(op.f("ix_site_word_browser"), "site_word", ["browser"])


def downgrade() -> None:
    op.drop_table("site_word")
