"""Keys of integrators, hashed; the key itself is shown once and kept nowhere."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table

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
