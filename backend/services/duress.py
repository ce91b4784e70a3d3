"""Somebody makes them call it off: they said their word, everything looks over, and it goes on without a sound."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.work import alarm, alarm_event
from backend.services import alarm_history, alarms, care, outbox
from backend.services.alarms import Cry
from backend.services.ladder import quiet


def cry(connection: Connection, cry: Cry, now: datetime, real: datetime) -> str:
    """Out of nothing, or in the middle of an alarm of theirs; the alarm is quiet from now on. cry.words: never the
    word itself, which stays sealed."""
    standing = alarms.open_of(connection, cry.sender)
    key: str = standing.id if standing is not None else alarms.raise_alarm(connection, cry, now, real).id
    _veil(connection, key, cry)
    silent(connection, key, cry.sender.user, cry.cause, now, real)
    return key


def _veil(connection: Connection, alarm_id: str, cry: Cry) -> None:
    """Where the same message was a cry besides, the alarm stood before anybody knew of the word in it."""
    mine = update(alarm).where(alarm.c.id == alarm_id, alarm.c.cause == cry.cause)
    connection.execute(mine.values(words=cry.words))
    said = (alarm_event.c.alarm_id == alarm_id, alarm_event.c.cause.in_((f"raised:{cry.cause}", f"said:{cry.cause}")))
    connection.execute(update(alarm_event).where(*said).values(note=cry.words))


def is_said(connection: Connection, resident_id: int, sealed: str, text: str) -> bool:
    """In writing, or on a call of theirs: a number is their word only while an alarm of theirs is open."""
    if not care.is_duress(resident_id, sealed, text):
        return False
    if care.is_duress(resident_id, sealed, text, digits=False):
        return True
    theirs = (alarm.c.reporter_id == resident_id, alarm.c.state.in_(alarms.OPEN))
    return connection.execute(select(alarm.c.id).where(*theirs)).first() is not None


def silent(connection: Connection, alarm_id: str, by: str, cause: str, now: datetime, real: datetime) -> None:
    """Only the people on duty go on; who calls it off under duress has not called it off."""
    quiet.turn(connection, alarm_id, real, called_off=True)
    found: Record = connection.execute(select(alarm).where(alarm.c.id == alarm_id)).one()
    alarm_history.add(connection, alarm_id, "duress", by, None, f"duress:{cause}"[:400], now)
    body = {"alarm": alarm_id, "kind": "violence", "duress": True}
    outbox.call_staff(connection, found.community_id, body, f"alarm:{alarm_id}:duress:{cause}"[:100], real)
    alarms.ring(connection, found.community_id)
