"""A drill that failed is somebody's business: the board says so, and duty phones ring until one has heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from backend import wake
from backend.db import Record
from backend.models.drills import drill
from backend.services import callees, outbox
from backend.services.drills import rows
from backend.services.ladder import reach
from backend.services.ringing import notice
from backend.services.ringing import rows as rings
from bot.contract.messages import Address

# What goes on failing is told again after so long, not each time it is tried.
AGAIN = timedelta(hours=6)


def tell(
    connection: Connection, found: Record, now: datetime, real: datetime, *, urgent: bool, anew: bool = False
) -> None:
    """urgent: the alarms' own way is down, which is told at any hour; a number that is wrong can wait for the day.
    anew: duty phones ring whatever was told before."""
    body = {"drill": found.id, "kind": found.kind, "way": found.way, "reason": found.reason}
    outbox.call_staff(connection, found.community_id, body, f"drill:{found.id}:failed", real)
    wake.after_commit(connection, wake.desk(found.community_id))
    if anew or told_at(connection, found.community_id, found.way, real) is None:
        ring(connection, found, 0, now, real, urgent=urgent)


def told_at(connection: Connection, community: str, way: str, real: datetime) -> datetime | None:
    """When somebody was rung about this way of late: what comes and goes rings no more often than what stays broken."""
    told = select(func.max(drill.c.due_at)).where(
        drill.c.community_id == community, drill.c.kind == rows.TOLD, drill.c.way == way, drill.c.due_at > real - AGAIN
    )
    found: datetime | None = connection.execute(told).scalar_one()
    return found


def ring(connection: Connection, found: Record, place: int, now: datetime, real: datetime, *, urgent: bool) -> None:
    """The duty number of this place, and after a silence the next one. found: what failed."""
    whom = next(iter(callees.phones(connection, found.community_id)[place:]), None)
    ways = reach.of(connection, found.community_id)
    if whom is None or not ways.voice or not reach.is_number(whom.phone):
        return
    at = real if urgent else real + (notice.by_day(now) - now)
    once = f"{rows.TOLD}:{found.id}:{place}"
    told = rows.put(connection, rows.Wanted(found.community_id, rows.TOLD, found.way, once, whom.id, whom.name), at)
    if told is not None:
        about = {"drill": told, "failed": found.id, "place": place, "urgent": urgent}
        to = Address(reach.VOICE, whom.phone, ways.voice)
        wanted = rings.Wanted(found.community_id, rings.DRILL, to, f"drill:{told}", about)
        rings.place(connection, wanted, at, real, urgent=urgent)
