"""Orders and refunds at a payment provider, its daily statements, and who went through a gate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_part", sa.Column("ahead", sa.Integer(), server_default="0", nullable=False))
    op.add_column("payment_part", sa.Column("returned", sa.Integer(), server_default="0", nullable=False))
    _orders()
    _statements()
    _passages()


def _orders() -> None:
    op.create_table(
        "pay_order",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("payer", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("token_until", sa.DateTime(), nullable=True),
        sa.Column("transaction", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("paid_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_pay_order_community_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_pay_order_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_order")),
        sa.UniqueConstraint("community_id", "transaction", name=op.f("uq_pay_order_community_id_transaction")),
    )
    op.create_index(op.f("ix_pay_order_community_id_state"), "pay_order", ["community_id", "state"])
    op.create_index(op.f("ix_pay_order_payment_id"), "pay_order", ["payment_id"])
    op.create_table(
        "refund",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=False),
        sa.Column("order_id", sa.String(length=26), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("remote", sa.String(length=32), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_refund_community_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_refund_household_id")),
        sa.ForeignKeyConstraint(["order_id"], ["pay_order.id"], name=op.f("fk_refund_order_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("community_id", "nonce", name=op.f("uq_refund_community_id_nonce")),
    )
    op.create_index(op.f("ix_refund_community_id_state"), "refund", ["community_id", "state"])
    op.create_index(op.f("ix_refund_payment_id"), "refund", ["payment_id"])


def _statements() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("refunds", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_statement_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("community_id", "provider", "day", name=op.f("uq_statement_community_id_provider_day")),
    )
    op.create_table(
        "difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("remote", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=True),
        sa.Column("ours", sa.Integer(), nullable=True),
        sa.Column("theirs", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_difference_community_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_difference_payment_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_difference_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference")),
        sa.UniqueConstraint(
            "statement_id", "kind", "refunded", "number", name=op.f("uq_difference_statement_id_kind_refunded_number")
        ),
    )
    op.create_index(op.f("ix_difference_community_id_settled_at"), "difference", ["community_id", "settled_at"])


def _passages() -> None:
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("pass_id", sa.String(length=26), nullable=True),
        sa.Column("gate", sa.String(length=80), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=True),
        sa.Column("refused", sa.String(length=20), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_passage_community_id")),
        sa.ForeignKeyConstraint(["pass_id"], ["visitor_pass.id"], name=op.f("fk_passage_pass_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("cause", name=op.f("uq_passage_cause")),
    )
    op.create_index(op.f("ix_passage_community_id_at"), "passage", ["community_id", "at"])
    op.create_index(op.f("ix_passage_pass_id_at"), "passage", ["pass_id", "at"])


def downgrade() -> None:
    for name in ("passage", "difference", "statement", "refund", "pay_order"):
        op.drop_table(name)
    op.drop_column("payment_part", "returned")
    op.drop_column("payment_part", "ahead")
