"""Passes of visitors, the keys that sign them, and what gates must no longer accept."""

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

visitor_pass = Table(
    "visitor_pass",
    metadata,
    public_id(),
    of_community(),
    Column("number", String(24), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("resident_id", Integer, ForeignKey("resident.id")),
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    Column("visitor_name", String(40), nullable=False),
    Column("people", Integer, nullable=False),
    Column("plates", JSON, nullable=False),
    # Cars announced without a plate count here too.
    Column("cars", Integer, nullable=False),
    Column("purpose", String(200)),
    # The wish as said, and the window made of it, grace included.
    Column("wish", String(40)),
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    # Only of a recurring pass: Monday is the lowest bit; minutes of the day on the estate's clock.
    Column("weekdays", Integer, nullable=False, default=0),
    Column("opens_minute", Integer, nullable=False, default=0),
    Column("closes_minute", Integer, nullable=False, default=0),
    Column("last_day", Date),
    Column("code", String(8), nullable=False),
    Column("serial", String(16), nullable=False, unique=True),
    Column("token", Text, nullable=False),
    Column("slots", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("community_id", "number"),
    # No two passes that can open a gate have one code; an old code may come again.
    Index(
        "uq_visitor_pass_live_code",
        "community_id",
        "code",
        unique=True,
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
    Index(None, "community_id", "state", "closes_at"),
    Index(None, "conversation_id"),
    Index(None, "resident_id"),
)

pass_key = Table(
    "pass_key",
    metadata,
    serial(),
    of_community(),
    Column("kid", String(4), nullable=False),
    Column("public", String(64), nullable=False),
    # Gone as soon as the key signs no more: an old key can then only verify.
    Column("private", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("retired_at", Instant),
    UniqueConstraint("community_id", "kid"),
)

revoked_token = Table(
    "revoked_token",
    metadata,
    serial(),
    of_community(),
    Column("serial", String(16), nullable=False, unique=True),
    # Until then the token would still be good by itself; afterwards it need not be listed.
    Column("good_until", Instant, nullable=False),
    Column("revoked_at", Instant, nullable=False),
    Index(None, "community_id", "good_until"),
)

gate_lookup = Table(
    "gate_lookup",
    metadata,
    serial(),
    of_community(),
    Column("by", String(80), nullable=False),
    Column("pass_id", String(26), ForeignKey("visitor_pass.id")),
    Column("admitted", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "community_id", "by", "at"),
)

# Somebody went in or out, as a gate tells it; kept with the pass where there is one.
passage = Table(
    "passage",
    metadata,
    serial(),
    of_community(),
    # Of the event's source and id: each counts once.
    Column("cause", String(64), nullable=False, unique=True),
    Column("pass_id", String(26), ForeignKey("visitor_pass.id")),
    Column("gate", String(80), nullable=False),
    # "entry" or "exit".
    Column("direction", String(10), nullable=False),
    Column("plate", String(20)),
    # By the gate's clock, or ours where its clock cannot be right.
    Column("at", Instant, nullable=False),
    # Seconds by which the gate's clock was ahead, where that was more than is allowed.
    Column("ahead", Integer),
    # What our own rules say of the pass at that time, where it should not have opened.
    Column("refused", String(20)),
    Column("told_at", Instant, nullable=False),
    Index(None, "pass_id", "at"),
    Index(None, "community_id", "at"),
)

visitor_policy = Table(
    "visitor_policy",
    metadata,
    Column("community_id", String(40), ForeignKey("community.id"), primary_key=True),
    Column("free_minutes", Integer, nullable=False),
    Column("hour_fen", Integer, nullable=False),
    Column("day_fen", Integer, nullable=False),
)
