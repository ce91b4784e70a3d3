"""Consent to notes on health, and ready texts that belong to a state.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0025", "0024", None, None


def upgrade() -> None:
    op.add_column("health_note", sa.Column("consent", sa.String(length=10), nullable=True))
    op.add_column("health_note", sa.Column("by", sa.String(length=80), nullable=True))
    op.add_column("health_note", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("canned", sa.Column("state", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("canned", "state")
    op.drop_column("health_note", "version")
    op.drop_column("health_note", "by")
    op.drop_column("health_note", "consent")
