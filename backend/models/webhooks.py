"""Who is told what happens here: integrators' endpoints, their keys and their health."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from backend.models.schema import Instant, metadata, of_community, public_id, serial

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

# Each try of a webhook; forgotten with its delivery.
delivery_try = Table(
    "delivery_try",
    metadata,
    serial(),
    Column("delivery_id", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("error", String(300)),
    Column("ms", Integer),
    # Which of its secrets signed, by their marks; see services/webhooks.py.
    Column("signed_by", JSON),
    Index(None, "delivery_id"),
)
