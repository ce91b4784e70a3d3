"""Whoever was written to beside the call answers there: hears what it is about, and says whether they go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.ladder import alarm_step
from backend.models.work import alarm
from backend.services import alarm_desk, alarm_rows
from backend.services.ladder import climb, fits, reach, steps


def step_of(connection: Connection, community: str, phone: str, code: str) -> int | None:
    """The step of an open alarm to which this number was sent this code."""
    mine = (alarm_step.c.community_id == community, alarm_step.c.code == code, alarm.c.state.in_(alarm_rows.OPEN))
    rows = select(alarm_step.c.id, alarm_step.c.alarm_id).join(alarm, alarm.c.id == alarm_step.c.alarm_id).where(*mine)
    for row in connection.execute(rows.order_by(alarm_step.c.id.desc())).all():
        step = steps.one(connection, row.alarm_id, row.id)
        if step is not None and reach.is_same(step.phone or "", phone):
            return int(row.id)
    return None


def standing(connection: Connection, key: int) -> tuple[Record, Record]:
    """The step and its alarm."""
    row = connection.execute(select(alarm_step.c.alarm_id).where(alarm_step.c.id == key)).one()
    step = steps.one(connection, row.alarm_id, key)
    if step is None:
        raise LookupError("a step that was just found is not there")
    return step, alarm_rows.one(connection, row.alarm_id)


def is_wanted(connection: Connection, step: Record, found: Record) -> bool:
    """Somebody is still looked for, and this one may know of it."""
    return climb.climbs(connection, found) and fits.may_know(step, found)


def goes(connection: Connection, step: Record, now: datetime, real: datetime) -> None:
    """Raises `Refused` (409) where somebody was faster, or it is over."""
    alarm_desk.take(connection, step.community_id, step.alarm_id, step.name, now, real, alarm_desk.GOING)
    steps.become(connection, step.id, steps.ANSWERED, "goes", real)


def follows(connection: Connection, step: Record, now: datetime, real: datetime) -> None:
    alarm_desk.follow(connection, step.community_id, step.alarm_id, step.name, now)
    steps.become(connection, step.id, steps.ANSWERED, "follows", real)
    found = alarm_rows.one(connection, step.alarm_id)
    for ladder in steps.LADDERS:
        if step.kind in ladder:
            climb.forward(connection, found, step.round, ladder, now, real)
