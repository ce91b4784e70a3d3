"""Drills of what must work in danger: never an alarm, and never counted as one."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from backend.models.schema import Instant, metadata, of_community, public_id

drill = Table(
    "drill",
    metadata,
    public_id(),
    of_community(),
    # heartbeat, duty, test, number or told: see services/drills/rows.
    Column("kind", String(12), nullable=False),
    # The channel that it goes by; `inside` for what stays in the house.
    Column("way", String(20), nullable=False),
    # Whom it asks, as they are called on the board, and the row that their number stands in; 0 for a machine's.
    Column("name", String(80), nullable=False),
    Column("ref", Integer, nullable=False),
    # waiting, running, passed or failed.
    Column("state", String(12), nullable=False),
    # Why it failed, as a word of the house.
    Column("reason", String(40)),
    # All on the real clock: when it should begin, when the cry was heard, when it stood on the disk, when the vendor
    # had taken what it causes, when somebody or something answered, and when it was over.
    Column("due_at", Instant, nullable=False),
    Column("began_at", Instant),
    Column("stored_at", Instant),
    Column("handed_at", Instant),
    Column("answered_at", Instant),
    Column("ended_at", Instant),
    # When it has failed, if nothing has come by then.
    Column("judge_at", Instant),
    # One for each cause.
    Column("once", String(120), nullable=False, unique=True),
    Index(None, "community_id", "kind", "due_at"),
    Index(None, "state"),
)
