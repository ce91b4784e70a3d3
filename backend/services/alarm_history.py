"""What happened to an alarm, line by line: said, done, and reckoned by a clock, each cause once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from backend.db import Record, insert_or
from backend.models.work import alarm_event

ARRIVED = "arrived"
_HAS = (
    select(alarm_event.c.id)
    .where(alarm_event.c.alarm_id == bindparam("alarm"), alarm_event.c.name == bindparam("name"))
    .limit(1)
)
# What they said themselves, at first and afterwards.
WORDS = ("raised", "said")
# By what, or where, they mean to end their life.
MEANS = "means"
# Who is in danger, as it was told later: it stands beside the record, and changes nobody who is rung.
ABOUT = "about"
# They asked not to be rung.
MUTE = "mute"
_MEANS = (
    select(alarm_event.c.note)
    .where(alarm_event.c.alarm_id == bindparam("alarm"), alarm_event.c.name == MEANS)
    .order_by(alarm_event.c.id)
)
_SAY = insert_or(alarm_event).on_conflict_do_nothing(index_elements=["cause"])


def add(
    connection: Connection, alarm_id: str, name: str, by: str, note: str | None, cause: str | None, now: datetime
) -> bool:
    """One line more; False where its cause has one, such as a message that comes twice."""
    row = {"alarm_id": alarm_id, "name": name, "by": by, "note": note, "at": now, "cause": cause}
    return connection.execute(_SAY, row).rowcount > 0


def has(connection: Connection, alarm_id: str, name: str) -> bool:
    """Whether this stands in its history."""
    return connection.execute(_HAS, {"alarm": alarm_id, "name": name}).first() is not None


def has_arrived(connection: Connection, alarm_id: str) -> bool:
    """Whether somebody put down that they are with the person."""
    return has(connection, alarm_id, ARRIVED)


def story(connection: Connection, alarms: Collection[str]) -> dict[str, list[Record]]:
    """By alarm, what was said with its moment (at, note), the oldest first: the newest is what counts now."""
    if not alarms:
        return {}
    rows = select(alarm_event.c.alarm_id, alarm_event.c.at, alarm_event.c.note).where(
        alarm_event.c.alarm_id.in_(list(alarms)), alarm_event.c.name.in_(WORDS), alarm_event.c.note != ""
    )
    told: dict[str, list[Record]] = {key: [] for key in alarms}
    for row in connection.execute(rows.order_by(alarm_event.c.id)):
        told[row.alarm_id].append(row)
    return told


def about(connection: Connection, alarms: Collection[str]) -> dict[str, str]:
    """By alarm, who is in danger as it was told last."""
    if not alarms:
        return {}
    rows = select(alarm_event.c.alarm_id, alarm_event.c.note).where(
        alarm_event.c.alarm_id.in_(list(alarms)), alarm_event.c.name == ABOUT
    )
    return {row.alarm_id: str(row.note) for row in connection.execute(rows.order_by(alarm_event.c.id))}


def means(connection: Connection, alarm_id: str) -> list[str]:
    """As they named them."""
    return [str(note) for note in connection.execute(_MEANS, {"alarm": alarm_id}).scalars()]


def told(connection: Connection, alarm_id: str, cause: str) -> bool:
    """Whether this very thing stands in its history."""
    rows = select(alarm_event.c.id).where(alarm_event.c.alarm_id == alarm_id, alarm_event.c.cause == cause[:200])
    return connection.execute(rows.limit(1)).first() is not None


def newest(connection: Connection, alarm_id: str, name: str) -> str:
    """What the newest of these says, empty without one."""
    rows = select(alarm_event.c.note).where(alarm_event.c.alarm_id == alarm_id, alarm_event.c.name == name)
    return connection.execute(rows.order_by(alarm_event.c.id.desc()).limit(1)).scalar_one_or_none() or ""
