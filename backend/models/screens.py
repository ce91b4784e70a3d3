"""Screens of the duty room: signed in as a device, they show alarms, and nothing else of anybody."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from backend.models.schema import Instant, metadata, of_community, serial

duty_screen = Table(
    "duty_screen",
    metadata,
    serial(),
    of_community(),
    # As the desk calls it: where it hangs.
    Column("name", String(60), nullable=False),
    # Of the cookie, which is kept nowhere.
    Column("digest", String(64), nullable=False, unique=True),
    Column("device", String(80), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    # When it last said that it is there, and when last that an alarm would be heard there.
    Column("seen_at", Instant, nullable=False),
    Column("sounds_at", Instant),
    # Since when it is known to be lost, and why: dark or mute. NULL while all is well.
    Column("lost_at", Instant),
    Column("lost_why", String(8)),
    Column("ended_at", Instant),
    Index(None, "community_id", "ended_at"),
)
