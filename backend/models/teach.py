"""What was not understood, what staff teach of it, and the runs that make it a model."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from backend.models.schema import Instant, metadata, of_community, serial

unclear = Table(
    "unclear",
    metadata,
    serial(),
    of_community(),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("language", String(12), nullable=False),
    # The words with everything personal replaced by a stand-in; the words themselves stand in `message` alone.
    Column("text", Text, nullable=False),
    # Where the stand-ins are: [start, end, slot].
    Column("marks", JSON, nullable=False),
    # The same for sentences that differ in nothing but stops and capitals.
    Column("key", String(64), nullable=False),
    # unknown, clarified, doubted (a weak guess, or is there danger?), handed_over, or alarmed: the doubt was an alarm.
    Column("why", String(12), nullable=False),
    # Which flow was open, if one was.
    Column("flow", String(40)),
    # The classifier's best few: [intent, confidence].
    Column("guesses", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    # NULL until somebody taught it or set it aside.
    Column("settled_at", Instant),
    Index(None, "community_id", "settled_at", "id"),
    Index(None, "community_id", "key"),
)

lesson = Table(
    "lesson",
    metadata,
    serial(),
    of_community(),
    Column("language", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("marks", JSON, nullable=False),
    Column("key", String(64), nullable=False),
    Column("intent", String(40), nullable=False),
    # proposed, accepted, refused or taught.
    Column("state", String(10), nullable=False),
    # How often and where it was said.
    Column("times", Integer, nullable=False),
    Column("channels", JSON, nullable=False),
    Column("by_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reviewed_by_id", Integer, ForeignKey("staff.id")),
    Column("reviewed_at", Instant),
    # The run that it is part of, or was published with.
    Column("run_id", Integer, ForeignKey("teaching.id")),
    Index(None, "community_id", "state"),
)

teaching = Table(
    "teaching",
    metadata,
    serial(),
    of_community(),
    # waiting, running, ready, failed, dropped, published or undone.
    Column("state", String(10), nullable=False),
    Column("step", String(20), nullable=False),
    # In hundredths.
    Column("done", Integer, nullable=False),
    # What the sentences were when it began: a run that began from others is not published.
    Column("base", String(64)),
    # The marks before and after, by language.
    Column("figures", JSON),
    Column("by_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
    # Which process is at it, and until when that is believed.
    Column("held_by", String(80)),
    Column("lease_until", Instant),
    Column("published_by_id", Integer, ForeignKey("staff.id")),
    Column("ended_at", Instant),
    Index(None, "state"),
    Index(None, "community_id", "id"),
)
