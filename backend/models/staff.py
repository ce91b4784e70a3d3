"""Who works at the desk, and which conversations they were asked for, hold or have given back."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from backend.models.schema import Instant, metadata, of_community, serial

staff = Table(
    "staff",
    metadata,
    serial(),
    of_community(),
    Column("login", String(60), nullable=False, unique=True),
    # For the desk only; residents see `shown_as`.
    Column("name", String(80), nullable=False),
    # By language: a surname with a form of address, or a staff number (practice 25).
    Column("shown_as", JSON, nullable=False),
    Column("role", String(20), nullable=False),
    Column("teams", JSON, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    # Presence is the last action, never the sign-in.
    Column("last_action_at", Instant),
    Column("created_at", Instant, nullable=False),
    # The account whose password opens this post too, where somebody serves several communities; no reference, so that
    # SQLite need not make the table anew.
    Column("same_as", Integer),
    # On which the desk rings them, to put them through to somebody in danger.
    Column("phone", String(24)),
    Index(None, "community_id", "active"),
    Index(None, "same_as"),
)

handover = Table(
    "handover",
    metadata,
    serial(),
    of_community(),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    # The call-back that is kept so that nobody is forgotten, where one was filed.
    Column("case_id", String(26), ForeignKey("case.id")),
    Column("reason", String(20), nullable=False),
    Column("flow", String(40)),
    Column("note", Text),
    Column("requested_at", Instant, nullable=False),
    # waiting, held or ended.
    Column("state", String(10), nullable=False),
    Column("owner_id", Integer, ForeignKey("staff.id")),
    Column("claimed_at", Instant),
    # The first claim: what waiting times are reckoned from, however often it changes hands.
    Column("picked_up_at", Instant),
    Column("last_human_at", Instant),
    Column("snoozed_until", Instant),
    Column("team", String(40)),
    # How often it came back to the queue because its owner was lost.
    Column("returned", Integer, nullable=False, default=0),
    Column("outcome", Text),
    Column("ended_at", Instant),
    # Counts every change: two clerks who looked at the same version cannot both win.
    Column("version", Integer, nullable=False, default=1),
    Index(None, "community_id", "state", "requested_at"),
    Index(None, "owner_id", "state"),
    Index(None, "community_id", "picked_up_at"),
    # A conversation is asked for once, however often a person is asked for in it.
    Index(
        "uq_handover_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("state <> 'ended'"),
        postgresql_where=text("state <> 'ended'"),
    ),
)
