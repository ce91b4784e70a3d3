"""The processes that work here, and when each was last heard of."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from backend.models.schema import Instant, metadata

node = Table(
    "node",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
