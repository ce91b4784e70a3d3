"""Keys of integrators, hashed and shown once; what was answered to writes, and made of events, that may come again."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, String, Table, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, serial

api_key = Table(
    "api_key",
    metadata,
    serial(),
    of_community(),
    Column("name", String(80), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    # Of one that another has taken the place of: it holds so long beside it.
    Column("expires_at", Instant),
)

answered_write = Table(
    "answered_write",
    metadata,
    serial(),
    of_community(),
    # The name of the key that wrote: two integrators may choose the same Idempotency-Key.
    Column("caller", String(80), nullable=False),
    Column("key", String(200), nullable=False),
    # A digest of method, path and body.
    Column("request", String(64), nullable=False),
    Column("answer", JSON),
    Column("at", Instant, nullable=False),
    UniqueConstraint("community_id", "caller", "key"),
    Index(None, "at"),
)

# Events of devices and other systems that made something: the same source and id again makes nothing.
taken_event = Table(
    "taken_event",
    metadata,
    serial(),
    of_community(),
    Column("cause", String(64), nullable=False, unique=True),
    # What it made: a case's number, a notice's key.
    Column("what", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)
