"""Who is told what happens here: integrators' endpoints, their keys and their health."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from backend.models.schema import Instant, metadata, of_community, public_id

webhook_endpoint = Table(
    "webhook_endpoint",
    metadata,
    public_id(),
    of_community(),
    Column("url", String(500), nullable=False),
    Column("events", JSON, nullable=False),
    # The newest first; each with an end, except the one that holds. All that still hold sign.
    Column("secrets", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    # Both count since the last success.
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", Instant),
    Column("reason", Text),
    Column("created_at", Instant, nullable=False),
    Column("removed_at", Instant),
    Index(None, "community_id", "state"),
)
