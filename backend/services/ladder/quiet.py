"""An alarm that turns out to be violence goes on without a sound: the people on duty alone, as if nobody were going."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.work import alarm
from backend.services.ladder import anew, start, steps


def turn(connection: Connection, alarm_id: str, real: datetime, *, called_off: bool = False) -> None:
    """Nobody of the family settles it: who of them was going is on the board, and somebody on duty is looked for
    (practice 2). called_off: it was, under duress, and so it was not."""
    found: Record = connection.execute(select(alarm).where(alarm.c.id == alarm_id).with_for_update()).one()
    values: dict[str, object] = {"kind": "violence", "quiet": True}
    if called_off and found.state == "cancel_requested":
        values["state"] = "open" if found.accepted_by is None else "accepted"
    family = _is_of_the_family(connection, found)
    if family:
        values |= {"state": "open", **anew.NOBODY}
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(**values))
    steps.spare(connection, alarm_id, steps.FAMILY | {steps.WEARER}, "quiet", real)
    if family or (found.kind == "check" and found.accepted_by is None):
        # A check called one person and had no rung after that.
        anew.climbs_anew(connection, found, real)
    else:
        start.worse(connection, found.community_id, alarm_id, "violence", real)


def _is_of_the_family(connection: Connection, found: Record) -> bool:
    """Whether whoever is going answered as one of theirs, not as one on duty."""
    if found.accepted_by is None:
        return False
    went = steps.went(connection, found.id, found.accepted_by)
    return went is not None and went.kind not in steps.STAFF
