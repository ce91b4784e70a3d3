"""Who helps in homes, what they can do and when, and what was booked; two bookings can never share a half-hour."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, public_id, serial

provider = Table(
    "provider",
    metadata,
    serial(),
    of_community(),
    # Language → name, as with communities: people are called as the resident can read it.
    Column("names", JSON, nullable=False),
    Column("employers", JSON, nullable=False),
    Column("insured", Boolean, nullable=False),
    # Buildings that this person goes to; NULL is all of them.
    Column("areas", JSON),
    Column("cancel_hours", Integer, nullable=False),
    Column("cancel_fee", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Index(None, "community_id", "rank"),
)

provider_hours = Table(
    "provider_hours",
    metadata,
    serial(),
    Column("provider_id", Integer, ForeignKey("provider.id"), nullable=False),
    # 0 is Monday; minutes of the day, a whole visit lies between them.
    Column("weekday", Integer, nullable=False),
    Column("opens", Integer, nullable=False),
    Column("closes", Integer, nullable=False),
    UniqueConstraint("provider_id", "weekday", "opens"),
)

provider_offer = Table(
    "provider_offer",
    metadata,
    serial(),
    Column("provider_id", Integer, ForeignKey("provider.id"), nullable=False),
    Column("service", String(20), nullable=False),
    # hour, piece, m2 or month; price in fen for one; minutes: how long one takes.
    Column("unit", String(8), nullable=False),
    Column("price", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("least", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    UniqueConstraint("provider_id", "service", "unit"),
)

booking = Table(
    "booking",
    metadata,
    public_id(),
    of_community(),
    Column("number", String(24), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("service", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("provider_id", Integer, ForeignKey("provider.id"), nullable=False),
    Column("household_id", Integer, ForeignKey("household.id")),
    Column("resident_id", Integer, ForeignKey("resident.id")),
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("wish", String(40)),
    Column("unit", String(8), nullable=False),
    # Hundredths of a unit: an hour and a half is 150.
    Column("quantity", Integer, nullable=False),
    Column("price", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("cancel_until", Instant, nullable=False),
    Column("cancel_fee", Integer, nullable=False),
    # What is owed after a late cancellation, and what goes back after a visit that did not happen.
    Column("fee_due", Integer, nullable=False, default=0),
    Column("location", Text, nullable=False),
    Column("notes", Text),
    Column("contact", String(24)),
    Column("slots", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("community_id", "number"),
    Index(None, "community_id", "kind", "state"),
    Index(None, "state", "starts_at"),
    Index(None, "conversation_id"),
    Index(None, "resident_id"),
)

# One row for each half-hour of a provider that is taken: the primary key is what makes a double booking impossible.
booking_slot = Table(
    "booking_slot",
    metadata,
    Column("provider_id", Integer, ForeignKey("provider.id"), primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("booking_id", String(26), ForeignKey("booking.id"), nullable=False),
    Index(None, "booking_id"),
)

booking_event = Table(
    "booking_event",
    metadata,
    serial(),
    Column("booking_id", String(26), ForeignKey("booking.id"), nullable=False),
    Column("name", String(20), nullable=False),
    Column("from_state", String(20)),
    Column("to_state", String(20)),
    Column("by", String(80), nullable=False),
    Column("note", Text),
    Column("data", JSON),
    Column("at", Instant, nullable=False),
    Index(None, "booking_id"),
)
