"""Money that goes by a provider: orders of a payment, refunds, and what its daily statement said otherwise than we."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, public_id, serial

# A payment has a new order for each way of paying and each payer; one of them is open at a time.
pay_order = Table(
    "pay_order",
    metadata,
    # Our number at the provider's.
    public_id(),
    of_community(),
    Column("payment_id", String(26), ForeignKey("payment.id"), nullable=False),
    # native, jsapi or h5.
    Column("way", String(10), nullable=False),
    # Their id in the app, where it is paid inside.
    Column("payer", String(64), nullable=False, default=""),
    # open, closed, paid; "twice": paid although another one was, to be given back.
    Column("state", String(10), nullable=False),
    # What the payer's screen needs, and until when it serves.
    Column("token", Text),
    Column("token_until", Instant),
    # The provider's own number of the money.
    Column("transaction", String(32)),
    Column("created_at", Instant, nullable=False),
    Column("asked_at", Instant),
    Column("paid_at", Instant),
    UniqueConstraint("community_id", "transaction"),
    Index(None, "payment_id"),
    Index(None, "community_id", "state"),
)

refund = Table(
    "refund",
    metadata,
    public_id(),
    of_community(),
    Column("payment_id", String(26), ForeignKey("payment.id"), nullable=False),
    Column("order_id", String(26), ForeignKey("pay_order.id"), nullable=False),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("amount", Integer, nullable=False),
    # asked: written down here; sent: the provider has it; done; failed: the bills are paid again as they were.
    Column("state", String(10), nullable=False),
    Column("reason", String(200), nullable=False),
    # What of it was taken from where: [part, fen of its bill, fen of what lay ahead].
    Column("taken", JSON, nullable=False),
    Column("by", String(80), nullable=False),
    Column("nonce", String(40), nullable=False),
    Column("remote", String(32)),
    Column("trouble", String(200)),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    UniqueConstraint("community_id", "nonce"),
    Index(None, "payment_id"),
    Index(None, "community_id", "state"),
)

statement = Table(
    "statement",
    metadata,
    serial(),
    of_community(),
    Column("provider", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("payments", Integer, nullable=False),
    Column("paid", Integer, nullable=False),
    Column("refunds", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    UniqueConstraint("community_id", "provider", "day"),
)

difference = Table(
    "difference",
    metadata,
    serial(),
    of_community(),
    Column("statement_id", Integer, ForeignKey("statement.id"), nullable=False),
    # not_here: theirs alone; not_there: ours alone; amount; currency; twice: one payment paid by two orders.
    Column("kind", String(12), nullable=False),
    Column("refunded", Integer, nullable=False),
    Column("number", String(64), nullable=False),
    Column("remote", String(64), nullable=False),
    Column("payment_id", String(26), ForeignKey("payment.id")),
    Column("ours", Integer),
    Column("theirs", Integer),
    Column("settled_at", Instant),
    Column("settled_by", String(80)),
    Column("note", Text),
    UniqueConstraint("statement_id", "kind", "refunded", "number"),
    Index(None, "community_id", "settled_at"),
)
