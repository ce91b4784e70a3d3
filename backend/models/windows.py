"""What the processes of a channel hold together: how often we may still speak to somebody, and vendors' tokens."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, serial

# A vendor that counts opens a window with each message; a short one lies beside the long one and neither adds up.
reply_window = Table(
    "reply_window",
    metadata,
    serial(),
    of_community(),
    Column("address_id", Integer, ForeignKey("address.id"), nullable=False, unique=True),
    Column("allowed", Integer, nullable=False, default=0),
    Column("closes_at", Instant),
    Column("brief_allowed", Integer, nullable=False, default=0),
    Column("brief_closes_at", Instant),
    # How many messages of each template are welcome outside the window.
    Column("agreed", JSON, nullable=False),
    # The event that told so last: a vendor that heard no answer tells it again.
    Column("agreed_by", String(60)),
)

# Which message a signature came with, where it does not cover the message itself.
signature = Table(
    "signature",
    metadata,
    serial(),
    Column("value", String(64), nullable=False, unique=True),
    Column("message", String(24), nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

vendor_token = Table(
    "vendor_token",
    metadata,
    serial(),
    Column("channel", String(20), nullable=False),
    Column("name", String(120), nullable=False),
    # Sealed: whoever reads a stolen database cannot speak for us.
    Column("value", Text),
    Column("until", Instant),
    # Whose turn it is to get it anew ends then.
    Column("busy_until", Instant),
    UniqueConstraint("channel", "name"),
)
