"""What was called off by a word is verified by a person within five minutes; who calls off often is visited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from backend.db import Record
from backend.models.people import household
from backend.models.work import alarm, alarm_event, case
from backend.services import alarm_history, care, cases, outbox, stories
from backend.services.cases import NewCase

STORY, AGAIN = "verify", "again"
WITHIN = timedelta(minutes=5)
# So often within so long, and somebody looks in: buttons that lie badly, a lonely person, or worse.
OFTEN, MONTH = 3, timedelta(days=30)
KIND, CATEGORY = "request", "welfare"


def begin(connection: Connection, found: Record, now: datetime, real: datetime) -> None:
    """The clock of this cancel; a second word begins no second one, unless they cried for help in between."""
    number = times(connection, found.id)
    data, once = {"alarm": found.id, "number": number}, f"{STORY}:{found.id}:{number}"
    stories.begin(connection, found.community_id, STORY, data, real + WITHIN, once, real)
    _visit(connection, found, now)


def times(connection: Connection, alarm_id: str) -> int:
    """How often they cried for help again after a word that it was nothing."""
    mine = (alarm_event.c.alarm_id == alarm_id, alarm_event.c.name == AGAIN)
    return int(connection.execute(select(func.count()).select_from(alarm_event).where(*mine)).scalar_one())


def overdue(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """Nobody has spoken with them yet: the board says so in red, and the duty is called on once more."""
    found = connection.execute(select(alarm).where(alarm.c.id == data["alarm"]).with_for_update()).one()
    number = int(data.get("number", 0))
    if found.state != "cancel_requested" or number != times(connection, found.id):
        return False
    alarm_history.add(connection, found.id, "unverified", "", None, f"unverified:{found.id}:{number}", now)
    body = {"alarm": found.id, "kind": found.kind, "cancel": "nobody has verified it for 5 minutes"}
    outbox.call_staff(connection, found.community_id, body, f"alarm:{found.id}:unverified:{number}", real)
    return True


def _visit(connection: Connection, found: Record, now: datetime) -> None:
    if found.reporter_id is None:
        return
    theirs = (alarm.c.community_id == found.community_id, alarm.c.reporter_id == found.reporter_id)
    lately = (alarm_event.c.name == "cancel_requested", alarm_event.c.at > now - MONTH)
    count = select(func.count(func.distinct(alarm.c.id))).join(alarm_event, alarm_event.c.alarm_id == alarm.c.id)
    if connection.execute(count.where(*theirs, *lately)).scalar_one() < OFTEN:
        return
    rows = select(household.c.label).where(household.c.id == found.household_id)
    home = connection.execute(rows).scalar_one_or_none() if found.household_id is not None else found.location
    home = home or "–"
    theirs_too = (case.c.community_id == found.community_id, case.c.location == home, case.c.created_at > now - MONTH)
    if connection.execute(select(case.c.id).where(*theirs_too, case.c.category == CATEGORY)).first() is not None:
        return
    new = NewCase(
        community=found.community_id,
        kind=KIND,
        location=home,
        details=care.said()["visit"],
        category=CATEGORY,
        scope="inside",
        household=found.household_id,
        by="linli",
    )
    cases.file(connection, new, now)
