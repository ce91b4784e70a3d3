"""Who lives where, who may speak for whom, and where they can be reached."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from backend.models.schema import Instant, metadata, of_community, serial

community = Table(
    "community",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("names", JSON, nullable=False),
    Column("timezone", String(40), nullable=False),
    Column("demo", Boolean, nullable=False, default=False),
)

building = Table(
    "building",
    metadata,
    serial(),
    of_community(),
    Column("number", String(20), nullable=False),
    Column("units", Integer, nullable=False),
    Column("floors", Integer, nullable=False),
    Column("rooms_per_floor", Integer, nullable=False),
    Column("warranty_until", Date),
    UniqueConstraint("community_id", "number"),
)

household = Table(
    "household",
    metadata,
    serial(),
    of_community(),
    Column("building_id", Integer, ForeignKey("building.id"), nullable=False),
    Column("unit", String(10)),
    Column("room", String(10), nullable=False),
    Column("label", String(80), nullable=False),
    UniqueConstraint("building_id", "unit", "room"),
)

resident = Table(
    "resident",
    metadata,
    serial(),
    of_community(),
    Column("household_id", Integer, ForeignKey("household.id")),
    Column("name", String(80), nullable=False),
    Column("phone", String(24)),
    Column("role", String(20), nullable=False),
    Column("language", String(12)),
    Column("slow", Boolean, nullable=False, default=False),
    # "always": a person first; "no": not even for their age; empty: as their age has it.
    Column("person", String(8)),
    Column("birth_year", Integer),
    Column("lives_alone", Boolean, nullable=False, default=False),
    # Moved out: kept for what was filed in their name, shown nowhere else.
    Column("left_at", Instant),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Index(None, "community_id", "phone"),
    Index(None, "household_id"),
)

contact = Table(
    "contact",
    metadata,
    serial(),
    of_community(),
    Column("resident_id", Integer, ForeignKey("resident.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("relation", String(40)),
    Column("phone", String(24), nullable=False),
    Column("rank", Integer, nullable=False),
    UniqueConstraint("resident_id", "rank"),
)

proxy = Table(
    "proxy",
    metadata,
    serial(),
    of_community(),
    Column("principal_id", Integer, ForeignKey("resident.id"), nullable=False),
    Column("agent_id", Integer, ForeignKey("resident.id"), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Index(None, "agent_id"),
)

duty = Table(
    "duty",
    metadata,
    serial(),
    of_community(),
    Column("name", String(80), nullable=False),
    Column("phone", String(24), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("drill_answered_at", Instant),
    UniqueConstraint("community_id", "phone"),
)

address = Table(
    "address",
    metadata,
    serial(),
    of_community(),
    Column("channel", String(20), nullable=False),
    Column("account", String(60), nullable=False),
    Column("user", String(200), nullable=False),
    Column("resident_id", Integer, ForeignKey("resident.id")),
    Column("verified_at", Instant),
    Column("label", Text),
    # The vendor says that nothing arrives there any more; whoever writes is reachable again.
    Column("unreachable_at", Instant),
    UniqueConstraint("channel", "account", "user"),
    Index(None, "resident_id"),
    Index(None, "community_id", "user"),
)

# What the desk hands to a resident, so that a channel's account can be bound to their home; kept as a digest.
binding_code = Table(
    "binding_code",
    metadata,
    serial(),
    of_community(),
    Column("resident_id", Integer, ForeignKey("resident.id"), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

# A site's word for somebody who is signed in there: used once, by one browser, for which it opens their conversation.
site_word = Table(
    "site_word",
    metadata,
    serial(),
    of_community(),
    Column("account", String(60), nullable=False),
    Column("claim", String(64), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("user", String(200), nullable=False),
    Column("until", Instant, nullable=False),
    UniqueConstraint("account", "claim"),
    Index(None, "browser"),
)

# What a resident keys on a telephone to show who they are; sealed, and shut for a while after some wrong ones.
resident_pin = Table(
    "resident_pin",
    metadata,
    Column("resident_id", Integer, ForeignKey("resident.id"), primary_key=True),
    of_community(),
    Column("sealed", Text, nullable=False),
    Column("wrong", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
    # The same of telephones that show another number than the resident's.
    Column("wrong_elsewhere", Integer, nullable=False, default=0, server_default="0"),
    Column("elsewhere_until", Instant),
    Column("made_at", Instant, nullable=False),
)

binding_try = Table(
    "binding_try",
    metadata,
    serial(),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "conversation_id", "at"),
)
