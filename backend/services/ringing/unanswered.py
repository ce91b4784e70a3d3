"""A call of the ladder to which nobody pressed a key: it climbs on by its own clock, and the board says why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services import alarms
from backend.services.ladder import steps

UNANSWERED = "not_reached"


def climb_on(connection: Connection, found: Record, how: str, now: datetime, real: datetime) -> None:
    """found: the call's row; how it ended, as the vendor or the line told it."""
    key = found.about["alarm"]
    step = steps.one(connection, key, found.about["step"])
    if step is None or step.state != steps.CALLING:
        return
    steps.become(connection, step.id, steps.SILENT, how, real)
    alarms.add(connection, key, UNANSWERED, step.name, None, None, now)
    alarms.ring(connection, found.community_id)
