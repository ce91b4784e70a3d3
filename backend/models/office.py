"""How the desk is run: teams and how they share work, hours, shifts, days off, and what was changed by whom."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, serial

team = Table(
    "team",
    metadata,
    serial(),
    of_community(),
    Column("key", String(40), nullable=False),
    Column("names", JSON, nullable=False),
    # assign: a supervisor gives it out; grab: whoever is free takes it; rotate: it goes round.
    Column("mode", String(8), nullable=False),
    # Kinds of case that come here, "repair" or more exactly "repair:water".
    Column("takes", JSON, nullable=False),
    # Whose turn it was last, where it goes round.
    Column("last_id", Integer),
    Column("active", Boolean, nullable=False, default=True),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("community_id", "key"),
)

office_hours = Table(
    "office_hours",
    metadata,
    serial(),
    of_community(),
    # 0 is Monday; minutes of the day.
    Column("weekday", Integer, nullable=False),
    Column("opens", Integer, nullable=False),
    Column("closes", Integer, nullable=False),
    UniqueConstraint("community_id", "weekday", "opens"),
)

special_day = Table(
    "special_day",
    metadata,
    serial(),
    of_community(),
    Column("day", Date, nullable=False),
    # Both NULL: closed all day.
    Column("opens", Integer),
    Column("closes", Integer),
    Column("note", String(80), nullable=False),
    UniqueConstraint("community_id", "day"),
)

shift = Table(
    "shift",
    metadata,
    serial(),
    of_community(),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("opens", Integer, nullable=False),
    Column("closes", Integer, nullable=False),
    UniqueConstraint("staff_id", "weekday", "opens"),
    Index(None, "community_id", "weekday"),
)

# Before and after of every change to the desk's data. It stands beside the audit log, which holds its digest: the log
# cannot be edited, but what it would tell of residents must be erasable.
change = Table(
    "change",
    metadata,
    serial(),
    of_community(),
    Column("what", String(20), nullable=False),
    Column("key", String(40), nullable=False),
    Column("by", String(80), nullable=False),
    Column("name", String(80), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    Column("note", Text),
    Index(None, "community_id", "what", "key"),
)
