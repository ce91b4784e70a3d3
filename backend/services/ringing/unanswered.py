"""A call of the ladder to which nobody pressed a key: the next rung is brought forward, and the board says why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.work import alarm
from backend.services import alarm_history, alarms
from backend.services.ladder import climb, steps

UNANSWERED = "not_reached"


def climb_on(connection: Connection, found: Record, how: str, now: datetime, real: datetime) -> None:
    """found: the call's row; how it ended, as the vendor or the line told it."""
    key = found.about["alarm"]
    step = steps.one(connection, key, found.about["step"])
    if step is None or step.state != steps.CALLING:
        return
    steps.become(connection, step.id, steps.SILENT, how, real)
    alarm_history.add(connection, key, UNANSWERED, step.name, None, None, now)
    alarms.ring(connection, found.community_id)
    bring_forward(connection, step, now, real)


def bring_forward(connection: Connection, step: Record, now: datetime, real: datetime) -> None:
    """step: of an alarm; whoever it called does not go."""
    found = connection.execute(select(alarm).where(alarm.c.id == step.alarm_id).with_for_update()).one()
    for ladder in steps.LADDERS:
        if step.kind in ladder:
            climb.forward(connection, found, step.round, ladder, now, real)
