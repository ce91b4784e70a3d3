"""What the desk has to tell and to give away: the board, places that are taken, and what a home owns here."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, serial

board_item = Table(
    "board_item",
    metadata,
    serial(),
    of_community(),
    # notice, policy, venue, activity, clinic, meal, parking, motion, office: one shape of data each.
    Column("kind", String(20), nullable=False),
    Column("key", String(60), nullable=False),
    Column("data", JSON, nullable=False),
    UniqueConstraint("community_id", "kind", "key"),
)

hold = Table(
    "hold",
    metadata,
    serial(),
    of_community(),
    Column("resource", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("seat", Integer, nullable=False),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    # One seat at one time belongs to one booking, whoever is faster.
    UniqueConstraint("community_id", "resource", "at", "seat"),
    Index(None, "case_id"),
)

belonging = Table(
    "belonging",
    metadata,
    serial(),
    of_community(),
    Column("household_id", Integer, ForeignKey("household.id"), nullable=False),
    Column("resident_id", Integer, ForeignKey("resident.id")),
    Column("kind", String(12), nullable=False),
    # A card's last digits, a car's plate.
    Column("number", String(24), nullable=False),
    Column("state", String(12), nullable=False),
    Column("data", JSON, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("community_id", "kind", "number"),
    Index(None, "household_id"),
)
