"""How staff sign in, where they are signed in, and what was done: the audit log is only ever added to."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from backend.models.schema import Instant, metadata, serial

staff_credential = Table(
    "staff_credential",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("password", String(200), nullable=False),
    # The second factor, sealed; the step of the last code, which is never taken again. NULL until it is set up.
    Column("secret", String(64)),
    Column("step", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
    Column("changed_at", Instant, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    serial(),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("used_at", Instant),
    UniqueConstraint("staff_id", "digest"),
)

staff_session = Table(
    "staff_session",
    metadata,
    serial(),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    # Of the cookie, which is kept nowhere.
    Column("digest", String(64), nullable=False, unique=True),
    # second: the code is still due; open; locked: personal data is hidden until the password is given again.
    Column("stage", String(8), nullable=False),
    Column("started_at", Instant, nullable=False),
    # The last thing the person did; what a page does by itself does not count.
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("device", String(80), nullable=False),
    # When its screen last said that an alarm would be heard there.
    Column("sounds_at", Instant),
    # The post in another community where they are just now; NULL for their own desk.
    Column("post_id", Integer),
    Index(None, "staff_id", "ended_at"),
)

known_browser = Table(
    "known_browser",
    metadata,
    serial(),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    # Of the cookie by which a browser is known again; it opens nothing.
    Column("digest", String(64), nullable=False, unique=True),
    Column("seen_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
)

door_try = Table(
    "door_try",
    metadata,
    # A digest of the network, or `all`.
    Column("key", String(64), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("wrong", Integer, nullable=False),
)

audit_entry = Table(
    "audit_entry",
    metadata,
    serial(),
    # NULL where nobody's community is known, as with a wrong name. No reference: the log outlives what it tells of.
    Column("community_id", String(40)),
    Column("at", Instant, nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("data", JSON, nullable=False),
    Column("before", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    # Two processes cannot both go on from the same entry.
    UniqueConstraint("before"),
    Index(None, "community_id", "what"),
)
