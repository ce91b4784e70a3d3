"""Somebody makes them call it off: they said their word, everything looks over, and it goes on without a sound."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.work import alarm, alarm_event
from backend.services import alarms, care, outbox
from backend.services.alarms import Cry
from backend.services.ladder import anew, steps


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
    found: Record = connection.execute(select(alarm).where(alarm.c.id == alarm_id).with_for_update()).one()
    values: dict[str, object] = {"kind": "violence", "quiet": True}
    if found.state == "cancel_requested":
        values["state"] = "open" if found.accepted_by is None else "accepted"
    family = _is_of_the_family(connection, found)
    if family:
        # Nobody of the family settles this: whoever is on duty is looked for as if nobody were going.
        values |= {"state": "open", "accepted_by": None, "going_until": None}
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(**values))
    steps.spare(connection, alarm_id, steps.FAMILY | {steps.WEARER}, "quiet", real)
    if family:
        anew.climbs_anew(connection, found, real)
    alarms.add(connection, alarm_id, "duress", by, None, f"duress:{cause}"[:400], now)
    body = {"alarm": alarm_id, "kind": "violence", "duress": True}
    outbox.call_staff(connection, found.community_id, body, f"alarm:{alarm_id}:duress:{cause}"[:100], real)
    alarms.ring(connection, found.community_id)


def _is_of_the_family(connection: Connection, found: Record) -> bool:
    """Whether whoever is going answered as one of theirs, not as one on duty."""
    if found.accepted_by is None:
        return False
    went = steps.went(connection, found.id, found.accepted_by)
    return went is not None and went.kind not in steps.STAFF
