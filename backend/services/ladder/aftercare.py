"""Whoever did not want to live is asked how they are a day and a week later, by a person (practice 9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.work import alarm
from backend.services import alarm_history, care, cases, stories
from backend.services.cases import NewCase

STORY = "aftercare"
AFTER = (timedelta(days=1), timedelta(days=7))
CATEGORY = "aftercare"


def begin(connection: Connection, found: Record, real: datetime) -> None:
    """When the alarm is closed."""
    if found.kind != "suicide":
        return
    for place, span in enumerate(AFTER):
        data = {"alarm": found.id, "place": place}
        once = f"{STORY}:{found.id}:{place}"
        stories.begin(connection, found.community_id, STORY, data, real + span, once, real)


def due(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """A case for the desk, which says nothing of why and stands on nobody's own page; it names the alarm."""
    found = connection.execute(select(alarm).where(alarm.c.id == data["alarm"])).one()
    cause = f"{STORY}:{found.id}:{data['place']}"
    if not alarm_history.add(connection, found.id, "aftercare", "", None, cause, now):
        return False
    new = NewCase(
        community=found.community_id,
        kind="request",
        location=found.location or "–",
        details=care.said()["aftercare"].format(alarm=found.id),
        category=CATEGORY,
        priority="urgent",
        household=found.household_id,
        by="linli",
    )
    cases.file(connection, new, now)
    return True
