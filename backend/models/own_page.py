"""The resident's own page: the links that open it, each once, and the short sessions that they open."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from backend.models.schema import Instant, metadata, of_community, serial

page_link = Table(
    "page_link",
    metadata,
    serial(),
    of_community(),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    # Whom the account belonged to when the link was asked for; NULL for a guest.
    Column("resident_id", Integer, ForeignKey("resident.id")),
    Column("digest", String(64), nullable=False, unique=True),
    # Of the word that an app brings back when it has told who is looking.
    Column("state", String(64), unique=True),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index(None, "conversation_id"),
)

page_session = Table(
    "page_session",
    metadata,
    serial(),
    of_community(),
    Column("link_id", Integer, ForeignKey("page_link.id")),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("resident_id", Integer, ForeignKey("resident.id")),
    Column("digest", String(64), nullable=False, unique=True),
    Column("csrf", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index(None, "conversation_id"),
    Index(None, "resident_id"),
)
