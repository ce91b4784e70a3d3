"""Conversations, what came in, what happened in them, and what is to go out."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from backend.models.schema import Instant, metadata, of_community, serial

conversation = Table(
    "conversation",
    metadata,
    serial(),
    of_community(),
    Column("address_id", Integer, ForeignKey("address.id"), nullable=False, unique=True),
    Column("language", String(12)),
    Column("state", JSON, nullable=False),
    Column("seq", Integer, nullable=False, default=0),
    Column("with_staff", Boolean, nullable=False, default=False),
    Column("updated_at", Instant, nullable=False),
    Index(None, "community_id", "updated_at"),
)

message = Table(
    "message",
    metadata,
    serial(),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    # NULL when it is too old to be repeated.
    Column("external_id", String(200)),
    Column("seq", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("payload", JSON),
    Column("received_at", Instant, nullable=False),
    # The conversation stands for (channel, account, sender), so this is the dedupe key of one sender's ids.
    UniqueConstraint("conversation_id", "external_id"),
)

event = Table(
    "event",
    metadata,
    serial(),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("name", String(24), nullable=False),
    Column("data", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    serial(),
    of_community(),
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    Column("in_reply_to", String(200)),
    Column("seq", Integer),
    Column("kind", String(12), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("account", String(60), nullable=False),
    Column("user", String(200), nullable=False),
    Column("body", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    # Which line it waits in, one for each endpoint or account; NULL as soon as there is nothing more to deliver.
    Column("queue", String(100)),
    # What must stay in order, a conversation for one; NULL as the queue is.
    Column("lane", String(60)),
    # When it may be tried next; while somebody is trying, when that somebody must be given up.
    Column("due_at", Instant, nullable=False),
    Column("held_by", String(80)),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    # How many of its parts have begun to go out, on a channel that notes it before each.
    Column("begun", Integer, nullable=False, default=0, server_default="0"),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    # What the vendor calls it, and what the vendor says became of it.
    Column("vendor_id", String(120)),
    Column("delivered_at", Instant),
    Column("read_at", Instant),
    Column("replayed_at", Instant),
    # One push per cause: the same case event never tells a resident twice.
    Column("once", String(120), unique=True),
    # The message that caused it, so that its delivery is found in the log and in the trace.
    Column("trail", String(32)),
    Index(None, "state", "due_at"),
    Index(None, "conversation_id", "in_reply_to"),
    # Only what waits: a million settled rows cost nothing, and a reply in its response never enters.
    Index(
        "ix_outbox_queue_due_at",
        "queue",
        "due_at",
        sqlite_where=text("queue IS NOT NULL"),
        postgresql_where=text("queue IS NOT NULL"),
    ),
    Index(
        "ix_outbox_vendor_id",
        "vendor_id",
        sqlite_where=text("vendor_id IS NOT NULL"),
        postgresql_where=text("vendor_id IS NOT NULL"),
    ),
    # What became of an endpoint's deliveries is looked up by whoever runs the other side.
    Index(
        "ix_outbox_webhook",
        "user",
        "id",
        sqlite_where=text("kind = 'webhook'"),
        postgresql_where=text("kind = 'webhook'"),
    ),
    Index(
        "ix_outbox_lane",
        "lane",
        "id",
        sqlite_where=text("lane IS NOT NULL"),
        postgresql_where=text("lane IS NOT NULL"),
    ),
)
