"""Passes of visitors, the keys that sign them, and what gates must no longer accept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _passes()
    _keys()
    _revoked()
    _lookups()
    op.create_table(
        "visitor_policy",
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("free_minutes", sa.Integer(), nullable=False),
        sa.Column("hour_fen", sa.Integer(), nullable=False),
        sa.Column("day_fen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visitor_policy_community_id")),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_visitor_policy")),
    )


def _passes() -> None:
    op.create_table(
        "visitor_pass",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("visitor_name", sa.String(length=40), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("plates", sa.JSON(), nullable=False),
        sa.Column("cars", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=True),
        sa.Column("wish", sa.String(length=40), nullable=True),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False),
        sa.Column("closes_minute", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("serial", sa.String(length=16), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visitor_pass_community_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_visitor_pass_household_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_visitor_pass_resident_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_visitor_pass_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_pass")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_visitor_pass_community_id_number")),
        sa.UniqueConstraint("serial", name=op.f("uq_visitor_pass_serial")),
    )
    _pass_indexes()


def _pass_indexes() -> None:
    live = sa.text("state = 'active'")
    with op.batch_alter_table("visitor_pass", schema=None) as batch_op:
        batch_op.create_index(
            "uq_visitor_pass_live_code",
            ["community_id", "code"],
            unique=True,
            sqlite_where=live,
            postgresql_where=live,
        )
        batch_op.create_index(
            batch_op.f("ix_visitor_pass_community_id_state_closes_at"),
            ["community_id", "state", "closes_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_visitor_pass_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visitor_pass_resident_id"), ["resident_id"], unique=False)


def _keys() -> None:
    op.create_table(
        "pass_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("kid", sa.String(length=4), nullable=False),
        sa.Column("public", sa.String(length=64), nullable=False),
        sa.Column("private", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_pass_key_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_key")),
        sa.UniqueConstraint("community_id", "kid", name=op.f("uq_pass_key_community_id_kid")),
    )


def _revoked() -> None:
    op.create_table(
        "revoked_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.String(length=16), nullable=False),
        sa.Column("good_until", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_revoked_token_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revoked_token")),
        sa.UniqueConstraint("serial", name=op.f("uq_revoked_token_serial")),
    )
    with op.batch_alter_table("revoked_token", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revoked_token_community_id_good_until"), ["community_id", "good_until"], unique=False
        )


def _lookups() -> None:
    op.create_table(
        "gate_lookup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("pass_id", sa.String(length=26), nullable=True),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_gate_lookup_community_id")),
        sa.ForeignKeyConstraint(["pass_id"], ["visitor_pass.id"], name=op.f("fk_gate_lookup_pass_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_lookup")),
    )
    with op.batch_alter_table("gate_lookup", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_gate_lookup_community_id_by_at"), ["community_id", "by", "at"], unique=False
        )


def downgrade() -> None:
    for table in ("visitor_policy", "gate_lookup", "revoked_token", "pass_key", "visitor_pass"):
        op.drop_table(table)
