"""What a booking sets going for later: a reminder the evening before, and a look whether the helper came."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from backend.ids import made_at, new_id
from backend.services import reminders, stories

STORY = "no_show"
# Nobody waits longer than this without being told (practice 34).
LATE = timedelta(minutes=15)


def follow(
    connection: Connection, community: str, key: str, start: datetime, conversation: int | None, now: datetime
) -> None:
    """Of a booking just made or moved; now: on the residents' clock, the stories themselves wait on the real one."""
    reminders.plan(connection, community, key, start, conversation, now)
    real = made_at(new_id())
    until = real + (start - now) + LATE
    stories.begin(connection, community, STORY, {"booking": key}, until, f"{STORY}:{key}:{start.isoformat()}", real)
