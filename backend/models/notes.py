"""What staff keep for themselves: notes and labels of conversations, texts written once, and what they are told of."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, serial

note = Table(
    "note",
    metadata,
    serial(),
    of_community(),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("text", Text, nullable=False),
    # Ids of staff who are named in it.
    Column("mentions", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "conversation_id"),
)

# Who is named in a note, and whether they have looked since.
mention = Table(
    "mention",
    metadata,
    serial(),
    of_community(),
    Column("note_id", Integer, ForeignKey("note.id"), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("seen_at", Instant),
    UniqueConstraint("note_id", "staff_id"),
    Index(None, "staff_id", "seen_at"),
)

# Whom the desk itself has told that a deadline of a case is over, and whether they have looked since.
notice = Table(
    "notice",
    metadata,
    serial(),
    of_community(),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("case_id", String(26), ForeignKey("case.id"), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant),
    UniqueConstraint("staff_id", "case_id", "due_at"),
    Index(None, "staff_id", "seen_at"),
)

label = Table(
    "label",
    metadata,
    serial(),
    of_community(),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("name", String(30), nullable=False),
    UniqueConstraint("conversation_id", "name"),
    Index(None, "community_id", "name"),
)

canned = Table(
    "canned",
    metadata,
    serial(),
    of_community(),
    # What staff type after a slash.
    Column("shortcut", String(30), nullable=False),
    # A flow that it belongs to; NULL for any.
    Column("flow", String(40)),
    # A state of their case that it belongs to; NULL for any.
    Column("state", String(20)),
    # Language → words.
    Column("texts", JSON, nullable=False),
    UniqueConstraint("community_id", "shortcut"),
)
