"""Keys of integrators, hashed and shown once, and what was answered to writes that may be sent again."""

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
