"""Whoever called it off cries again: the word that it was nothing no longer holds, and everybody is looked for anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from backend import wake
from backend.db import Record
from backend.models.work import alarm
from backend.services import alarm_history, outbox, webhooks
from backend.services.ladder import standdown, start, steps, verify

# Nobody goes any more: whose word it was goes with it, and with that what only they were shown.
NOBODY = {"accepted_by": None, "accepted_login": None, "going_until": None}


def cried(connection: Connection, alarm_id: str, by: str, now: datetime, real: datetime) -> bool:
    """False where nobody had called it off. Who was going was told that it was nothing, so nobody is going any more;
    who is with them already stays."""
    found = connection.execute(select(alarm).where(alarm.c.id == alarm_id).with_for_update()).one()
    if found.state != "cancel_requested":
        return False
    alarm_history.add(connection, alarm_id, verify.AGAIN, by, None, None, now)
    with_them = alarm_history.has_arrived(connection, alarm_id)
    values: dict[str, object] = {"state": "accepted"} if with_them else {"state": "open", **NOBODY}
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(**values))
    body = {"alarm": alarm_id, "kind": found.kind, "again": True, "cancel": "taken back: they cry for help again"}
    number = verify.times(connection, alarm_id)
    outbox.call_staff(connection, found.community_id, body, f"alarm:{alarm_id}:anew:{number}", real)
    told = {"id": alarm_id, "kind": found.kind, "state": values["state"]}
    webhooks.publish(connection, found.community_id, "alarm.changed", told)
    standdown.taken_back(connection, found, real)
    if not with_them:
        climbs_anew(connection, found, real)
    wake.after_commit(connection, wake.desk(found.community_id))
    return True


def climbs_anew(connection: Connection, found: Record, real: datetime) -> None:
    """A round that begins now; what the last one had still planned did not happen."""
    steps.stop(connection, found.id, "again", real)
    number = steps.last_round(connection, found.id) + 1
    start.begin(connection, found.community_id, found.id, number, real, real)
