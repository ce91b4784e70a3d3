"""What a home owes and paid: tariffs, accounts with their payer, bills with lines, payments, receipts, disputes."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from backend.models.schema import Instant, metadata, of_community, public_id, serial

# Amounts are whole fen; quantities are thousandths of their unit; rates are ten-thousandths of a yuan.

tariff = Table(
    "tariff",
    metadata,
    serial(),
    of_community(),
    Column("fee", String(20), nullable=False),
    Column("terms", JSON, nullable=False),
    UniqueConstraint("community_id", "fee"),
)

fee_account = Table(
    "fee_account",
    metadata,
    serial(),
    of_community(),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("fee", String(20), nullable=False),
    # Who pays: "owner" or "tenant". A tenant never sees what the owner owes (practice 31).
    Column("payer", String(10), nullable=False),
    # Prepaid on the meter (water, electricity, gas), paid in advance (property, parking).
    Column("balance", Integer, nullable=False, default=0),
    # Bills are written down up to this month.
    Column("issued_until", String(7), nullable=False),
    UniqueConstraint("household_id", "fee"),
    Index(None, "community_id", "fee"),
)

bill = Table(
    "bill",
    metadata,
    public_id(),
    of_community(),
    Column("account_id", Integer, ForeignKey("fee_account.id"), nullable=False),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("fee", String(20), nullable=False),
    # "monthly"; "topup": prepaid on a meter, "advance": paid ahead, both made by the wish to pay.
    Column("kind", String(10), nullable=False),
    Column("period", String(7)),
    Column("amount", Integer, nullable=False),
    Column("paid", Integer, nullable=False, default=0),
    Column("state", String(12), nullable=False),
    # A month that is not over: reckoned from the one before, settled by the reading.
    Column("estimated", Boolean, nullable=False, default=False),
    Column("due_on", Date),
    # No reminders while this is set: something about it is being looked into.
    Column("paused_at", Instant),
    # Where a pay link for it was last given.
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "kind", "period"),
    Index(None, "household_id", "state"),
    Index(None, "community_id", "state"),
    Index(None, "conversation_id"),
)

bill_line = Table(
    "bill_line",
    metadata,
    serial(),
    Column("bill_id", String(26), ForeignKey("bill.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", String(30), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit", String(10), nullable=False),
    Column("rate", Integer, nullable=False),
    Column("reading_from", Integer),
    Column("reading_to", Integer),
    UniqueConstraint("bill_id", "position"),
)

payment = Table(
    "payment",
    metadata,
    public_id(),
    of_community(),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    # "bills", "total" (another home's, without its lines), "topup", "advance"; "credit": what was paid ahead is used.
    Column("kind", String(10), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("provider", String(20), nullable=False),
    # What it pays: the bills, sorted, joined; the same wish again gets the same link.
    Column("what", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("paid_at", Instant),
    Index(None, "conversation_id", "state"),
    Index(None, "community_id", "id"),
    Index(None, "household_id", "state"),
)

payment_part = Table(
    "payment_part",
    metadata,
    serial(),
    Column("payment_id", String(26), ForeignKey("payment.id"), nullable=False),
    Column("bill_id", String(26), ForeignKey("bill.id"), nullable=False),
    Column("amount", Integer, nullable=False),
    # What the bill did not need: it lies on the fee's account.
    Column("ahead", Integer, nullable=False, default=0, server_default="0"),
    # Of the amount, what has been given back or is about to be.
    Column("returned", Integer, nullable=False, default=0, server_default="0"),
    UniqueConstraint("payment_id", "bill_id"),
)

receipt = Table(
    "receipt",
    metadata,
    public_id(),
    of_community(),
    Column("number", String(24), nullable=False),
    Column("payment_id", String(26), ForeignKey("payment.id"), nullable=False, unique=True),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("amount", Integer, nullable=False),
    # What was more than the bills asked for: kept for the home, paid back on request.
    Column("surplus", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    # It was given in error: the number stays and is never given again, the money counts as not paid.
    Column("reversed_at", Instant),
    UniqueConstraint("community_id", "number"),
    Index(None, "household_id"),
)

# Money that a clerk took over the counter or found on the bank's statement.
posting = Table(
    "posting",
    metadata,
    serial(),
    of_community(),
    Column("payment_id", String(26), ForeignKey("payment.id"), nullable=False, unique=True),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("amount", Integer, nullable=False),
    # cash, card or transfer; a transfer bears the bank's reference.
    Column("way", String(10), nullable=False),
    Column("reference", String(60)),
    # Of the form that was sent: pressed twice, it counts once.
    Column("nonce", String(40), nullable=False),
    Column("by", String(80), nullable=False),
    Column("note", Text),
    Column("at", Instant, nullable=False),
    Column("reversed_at", Instant),
    Column("reversed_by", String(80)),
    Column("reason", Text),
    UniqueConstraint("community_id", "nonce"),
    Index(None, "household_id"),
    # One transfer is posted once, unless the first posting was taken back.
    Index(
        "uq_posting_reference",
        "community_id",
        "reference",
        unique=True,
        sqlite_where=text("reference IS NOT NULL AND reversed_at IS NULL"),
        postgresql_where=text("reference IS NOT NULL AND reversed_at IS NULL"),
    ),
)

callback = Table(
    "callback",
    metadata,
    serial(),
    Column("provider", String(20), nullable=False),
    Column("event", String(80), nullable=False),
    Column("payment_id", String(26), ForeignKey("payment.id"), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    # A provider's event counts once, however often it is delivered.
    UniqueConstraint("provider", "event"),
)

# That a home was reminded of what is overdue; rung 4 is the desk's.
arrears_reminder = Table(
    "arrears_reminder",
    metadata,
    serial(),
    of_community(),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("payer", String(10), nullable=False),
    # The oldest month that was overdue then.
    Column("period", String(7), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("household_id", "payer", "period", "rung"),
    Index(None, "community_id"),
)

dispute = Table(
    "dispute",
    metadata,
    serial(),
    of_community(),
    Column("bill_id", String(26), ForeignKey("bill.id"), nullable=False),
    Column("line_id", Integer, ForeignKey("bill_line.id")),
    Column("case_no", String(24), nullable=False),
    # "amount": the resident thinks it is wrong; "paid": says that it is paid.
    Column("reason", String(10), nullable=False),
    Column("state", String(12), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("community_id", "case_no", "bill_id"),
    Index(None, "bill_id"),
    Index(None, "conversation_id"),
)
