"""Begins a round of an alarm's ladder, and the rungs after it, as stories that outlive this process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.services import stories
from backend.services.ladder import steps

STORY = "ladder"
FIRST = 1


def begin(
    connection: Connection,
    community: str,
    alarm_id: str,
    number: int,
    since: datetime,
    real: datetime,
    *,
    everybody: bool = False,
) -> None:
    """A round that is due now, of an alarm that stands.

    everybody: all who have a number are rung in its first second.
    """
    rung(connection, community, alarm_id, number, 0, since, since, real, everybody=everybody)


def worse(connection: Connection, community: str, alarm_id: str, kind: str, real: datetime) -> None:
    """It turned out to be this: whom its plan calls besides joins the round that is under way, if one is. What has not
    begun yet is planned by the new kind anyway."""
    number = steps.last_round(connection, alarm_id)
    begun = [row.due_at for row in steps.of_round(connection, alarm_id, number) if row.kind == steps.CONSOLE]
    if begun:
        data = {"alarm": alarm_id, "round": number, "rung": 0, "since": begun[0].isoformat(), "worse": kind}
        stories.begin(connection, community, STORY, data, real, f"{STORY}:{alarm_id}:{number}:{kind}", real)


def rung(
    connection: Connection,
    community: str,
    alarm_id: str,
    number: int,
    place: int,
    since: datetime,
    until: datetime,
    real: datetime,
    *,
    everybody: bool = False,
) -> None:
    """since: the round's beginning, from which its seconds are counted; until: when this rung is climbed."""
    data: dict[str, object] = {"alarm": alarm_id, "round": number, "rung": place, "since": since.isoformat()}
    if everybody:
        data["everybody"] = True
    stories.begin(connection, community, STORY, data, until, f"{STORY}:{alarm_id}:{number}:{place}", real)
