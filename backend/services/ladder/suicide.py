"""Who does not want to live is spoken with by a person within ten minutes: a clock from their word on (practice 9).

Nothing is said to them when it runs out: they have been told that a person is asked, and no more than that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from backend import wake
from backend.models.work import alarm
from backend.services import alarm_history, outbox, stories
from backend.services.ladder import anew

KIND, STORY = "suicide", "suicide_clock"
WITHIN = timedelta(minutes=10)
UNSPOKEN = "unspoken"


def begin(connection: Connection, alarm_id: str, real: datetime) -> None:
    """Once for each alarm, also where its words became that only later."""
    community = connection.execute(select(alarm.c.community_id).where(alarm.c.id == alarm_id)).scalar_one()
    stories.begin(connection, community, STORY, {"alarm": alarm_id}, real + WITHIN, f"{STORY}:{alarm_id}", real)


def overdue(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """Nobody has put down that they speak with them or go: the board is red, and everybody on duty is called anew."""
    found = connection.execute(select(alarm).where(alarm.c.id == data["alarm"]).with_for_update()).one()
    if found.state == "closed" or found.kind != KIND or found.accepted_by is not None:
        return False
    if not alarm_history.add(connection, found.id, UNSPOKEN, "", None, f"{UNSPOKEN}:{found.id}", now):
        return False
    body = {"alarm": found.id, "kind": KIND, "task": "nobody has spoken with them for 10 minutes"}
    outbox.call_staff(connection, found.community_id, body, f"alarm:{found.id}:{UNSPOKEN}", real)
    anew.climbs_anew(connection, found, real)
    wake.after_commit(connection, wake.desk(found.community_id))
    return True
