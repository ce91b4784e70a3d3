"""Whether anybody is sure to hear an alarm: two numbers that answered a drill in the last seven days (practice 13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from backend.models.people import duty

NEEDED = 2
DRILL_VALID = timedelta(days=7)

_ANSWERED = select(func.count()).where(
    duty.c.community_id == bindparam("community"), duty.c.drill_answered_at >= bindparam("since")
)


def watched(connection: Connection, community: str, real: datetime) -> bool:
    answered = connection.execute(_ANSWERED, {"community": community, "since": real - DRILL_VALID}).scalar_one()
    return int(answered) >= NEEDED
