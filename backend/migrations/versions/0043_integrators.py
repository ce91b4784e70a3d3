"""Events that were taken, cases handed to a city, tries of webhooks, keys that end, and lists of many cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("expires_at", sa.DateTime(), nullable=True))
    _events()
    _handed()
    _tries()
    op.create_index(op.f("ix_case_community_id_id"), "case", ["community_id", "id"])
    op.create_index(op.f("ix_case_community_id_state_id"), "case", ["community_id", "state", "id"])
    op.create_index(op.f("ix_case_community_id_kind_id"), "case", ["community_id", "kind", "id"])


def _events() -> None:
    op.create_table(
        "taken_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_taken_event_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_event")),
        sa.UniqueConstraint("cause", name=op.f("uq_taken_event_cause")),
    )
    op.create_index(op.f("ix_taken_event_at"), "taken_event", ["at"])


def _handed() -> None:
    op.create_table(
        "handed_case",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("token", sa.String(length=80), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("heard_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_handed_case_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_handed_case_community_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_handed_case")),
    )
    op.create_index(op.f("ix_handed_case_due_at"), "handed_case", ["due_at"])
    op.create_index(op.f("ix_handed_case_community_id_number"), "handed_case", ["community_id", "number"])


def _tries() -> None:
    op.create_table(
        "delivery_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("signed_by", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_try")),
    )
    op.create_index(op.f("ix_delivery_try_delivery_id"), "delivery_try", ["delivery_id"])
