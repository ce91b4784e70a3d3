"""Who is to be called when for an alarm and what came of it; and what only the people on duty may know of a person."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false

from backend.models.schema import Instant, metadata, of_community, serial

alarm_step = Table(
    "alarm_step",
    metadata,
    serial(),
    of_community(),
    Column("alarm_id", String(26), ForeignKey("alarm.id"), nullable=False),
    # A new round begins when whoever took charge did not arrive, or when nobody answered.
    Column("round", Integer, nullable=False),
    Column("rung", Integer, nullable=False),
    # console, duty, contact, guard, firm or wearer.
    Column("kind", String(10), nullable=False),
    Column("name", String(80), nullable=False),
    # The duty number's or the contact's row, where the number stands; 0 for the consoles.
    Column("ref", Integer, nullable=False),
    # The number itself, where no row of ours holds it.
    Column("number", String(24)),
    # planned, shown, calling, unreachable, answered, silent or stopped.
    Column("state", String(12), nullable=False),
    # Why it is so, as a word of the house; NULL where the state says it all.
    Column("reason", String(20)),
    # On the real clock, as timers are.
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant),
    # Who wrote down what came of a call by hand.
    Column("by", String(80)),
    # What somebody who was written to beside the call sends back, to hear what it is about.
    Column("code", String(4)),
    UniqueConstraint("alarm_id", "round", "kind", "ref"),
)

# Other conversations of the person in danger, who hear what the first one hears.
alarm_talk = Table(
    "alarm_talk",
    metadata,
    Column("alarm_id", String(26), ForeignKey("alarm.id"), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
)

# Sealed: whoever reads a stolen database learns nobody's illness.
health_note = Table(
    "health_note",
    metadata,
    Column("resident_id", Integer, ForeignKey("resident.id"), primary_key=True),
    of_community(),
    Column("sealed", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    # How the person agreed that it is kept: said, written or proxy; NULL where nobody noted it yet.
    Column("consent", String(10)),
    Column("by", String(80)),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Index(None, "community_id"),
)

# What a resident agreed for an emergency, each part of it for itself.
care = Table(
    "care",
    metadata,
    Column("resident_id", Integer, ForeignKey("resident.id"), primary_key=True),
    of_community(),
    # Never rung themselves: they would not hear it.
    Column("deaf", Boolean, nullable=False, default=False, server_default=false()),
    # Said when somebody makes them call it off; sealed.
    Column("duress", Text),
    # Where the key is or which code opens, sealed; and how they agreed that somebody goes in.
    Column("entry", Text),
    Column("entry_consent", String(10)),
    # At which hour of each day they are asked whether they are well; NULL where nobody asks.
    Column("daily", String(5)),
    # Between which hours nobody asks, as 12:00-14:00.
    Column("naps", String(11)),
    # The last day on which nobody asks.
    Column("away_until", Date),
    # Who knocks where no answer comes.
    Column("knocks", String(80)),
    Column("knocks_phone", String(24)),
    # When they were asked last, and when they last said that they are well.
    Column("asked_at", Instant),
    Column("well_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Index(None, "community_id"),
)
