"""Whose things these are is asked by a sender's name, and payments by the page, however many there are."""

from __future__ import annotations

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_address_community_id_user"), "address", ["community_id", "user"])
    op.create_index(op.f("ix_payment_community_id_id"), "payment", ["community_id", "id"])
