"""Calls that we begin: whom, what for, and what became of each."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table

from backend.models.schema import Instant, metadata, of_community, public_id, serial

ring = Table(
    "ring",
    metadata,
    public_id(),
    of_community(),
    # alarm, bell, notice, wearer, news, daily or drill: who decides what is said and what a key means.
    Column("purpose", String(10), nullable=False),
    # What it is about, by ids; of a notice the sentence itself.
    Column("about", JSON, nullable=False),
    Column("account", String(60), nullable=False),
    Column("phone", String(24), nullable=False),
    Column("language", String(20)),
    # waiting, ringing, answered, accepted, refused, silent, machine, busy, no_answer, failed or dropped.
    Column("state", String(12), nullable=False),
    # Why it is so, as a word of the house; NULL where the state says it all.
    Column("reason", String(20)),
    # Whoever answered sounded like a machine: only a number spoken in the call counts then.
    Column("machine", Boolean, nullable=False, default=False),
    # The two digits of this call.
    Column("code", String(2), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    # One for each cause.
    Column("once", String(120), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    # When it rang last, on the real clock.
    Column("rang_at", Instant),
    Column("ended_at", Instant),
    Index(None, "community_id", "phone", "rang_at"),
)

# The seconds of a call: rang, answered, key, machine, ended; on the real clock.
ring_event = Table(
    "ring_event",
    metadata,
    serial(),
    Column("ring_id", String(26), ForeignKey("ring.id"), nullable=False),
    Column("name", String(12), nullable=False),
    # Which keys, or how it ended.
    Column("note", String(20)),
    Column("at", Instant, nullable=False),
    Index(None, "ring_id"),
)

# Somebody stands at a gate and has nobody's leave to come in yet.
gate_bell = Table(
    "gate_bell",
    metadata,
    public_id(),
    of_community(),
    Column("gate", String(80), nullable=False),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("visitor", String(80), nullable=False),
    # ringing, admitted, refused or unanswered.
    Column("state", String(12), nullable=False),
    # Who let them in or did not, as they are called on the board.
    Column("by", String(80)),
    Column("cause", String(120), nullable=False, unique=True),
    Column("rang_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(None, "community_id", "state"),
)
