"""By when something is to be done: urgent matters by the clock, all others while the desk works (practice 30)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from backend.services import hours
from bot.contract.conversation import Community

DAY = 24 * 60
# Nobody waits with these until the morning.
ALWAYS = frozenset({"gas", "burst", "sparks", "lift"})


def due(connection: Connection, community: Community, matter: str, now: datetime) -> datetime:
    """matter: as `targets` in config.yml names it; what is not there has a day."""
    minutes = community.targets.get(matter, DAY)
    if matter in ALWAYS:
        return now + timedelta(minutes=minutes)
    return worked(connection, community.id, now, minutes)


def worked(connection: Connection, community: str, now: datetime, minutes: int) -> datetime:
    """Whole days are days on which the desk is open, the rest are minutes for which it is."""
    desk, (days, rest) = hours.of(connection, community), divmod(minutes, DAY)
    at = desk.days_later(now, days)
    return desk.after(at, rest) if rest else at
