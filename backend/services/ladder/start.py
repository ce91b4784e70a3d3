"""Begins a round of an alarm's ladder, and the rungs after it, as stories that outlive this process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.services import stories

STORY = "ladder"
FIRST = 1


def begin(connection: Connection, community: str, alarm_id: str, number: int, since: datetime, real: datetime) -> None:
    """A round; the first one begins with the alarm itself, in its own transaction: one row and nothing to look up."""
    rung(connection, community, alarm_id, number, 0, since, since, real)


def rung(
    connection: Connection,
    community: str,
    alarm_id: str,
    number: int,
    place: int,
    since: datetime,
    until: datetime,
    real: datetime,
) -> None:
    """since: the round's beginning, from which its seconds are counted; until: when this rung is climbed."""
    data = {"alarm": alarm_id, "round": number, "rung": place, "since": since.isoformat()}
    stories.begin(connection, community, STORY, data, until, f"{STORY}:{alarm_id}:{number}:{place}", real)
