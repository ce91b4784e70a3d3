"""The work on a case: who has it, visits, parts and costs, quotations, field links, photos, labels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _case_cost()
    _case_label()
    _case_photo()
    _case_visit()
    _field_link()
    _quote()
    _case()


def _case_cost() -> None:
    op.create_table(
        "case_cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_cost_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_case_cost_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_cost")),
    )
    op.create_index(op.f("ix_case_cost_case_id"), "case_cost", ["case_id"])


def _case_label() -> None:
    op.create_table(
        "case_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_label_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_case_label_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_label")),
        sa.UniqueConstraint("case_id", "name", name=op.f("uq_case_label_case_id_name")),
    )
    op.create_index(op.f("ix_case_label_community_id_name"), "case_label", ["community_id", "name"])


def _case_photo() -> None:
    op.create_table(
        "case_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("covered", sa.String(length=80), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_photo_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_case_photo_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_photo")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_case_photo_case_id_key")),
    )


def _case_visit() -> None:
    op.create_table(
        "case_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_visit_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_case_visit_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_visit")),
    )
    op.create_index(op.f("ix_case_visit_case_id"), "case_visit", ["case_id"])


def _field_link() -> None:
    op.create_table(
        "field_link",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("bound_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_field_link_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_field_link_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_field_link_digest")),
    )
    op.create_index(op.f("ix_field_link_case_id"), "field_link", ["case_id"])


def _quote() -> None:
    op.create_table(
        "quote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_quote_case_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_quote_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    op.create_index(op.f("ix_quote_case_id"), "quote", ["case_id"])


def _case() -> None:
    op.add_column("case", sa.Column("assignee_id", sa.Integer(), nullable=True))
    op.add_column("case", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("case", sa.Column("paused_at", sa.DateTime(), nullable=True))
    op.add_column("case", sa.Column("merged_into", sa.String(length=26), nullable=True))
    op.add_column("case", sa.Column("called_at", sa.DateTime(), nullable=True))
    op.add_column("case", sa.Column("call_after", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("case", "assignee_id")
    op.drop_column("case", "version")
    op.drop_column("case", "paused_at")
    op.drop_column("case", "merged_into")
    op.drop_column("case", "called_at")
    op.drop_column("case", "call_after")
    op.drop_table("quote")
    op.drop_table("field_link")
    op.drop_table("case_visit")
    op.drop_table("case_photo")
    op.drop_table("case_label")
    op.drop_table("case_cost")
