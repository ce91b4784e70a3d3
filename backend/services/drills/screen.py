"""A duty screen that went dark or mute is the operator's business at once, like a heartbeat that is missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from backend.db import Record, hold
from backend.services.acting import Actor
from backend.services.drills import operator, rows
from backend.services.sign_in import screens
from backend.services.sign_in.screens import Screen

# Back for so long, it was mended; dark for so long, it does not come back by itself.
STEADY = timedelta(minutes=10)


def missed(connection: Connection, now: datetime, real: datetime) -> list[Record]:
    """Each that is lost since just now, or still and due to be told again: on the board in red, and duty phones ring
    until one has heard."""
    # Several processes look; what the first of them told is told.
    hold(connection, "screens", "missed")
    standing = [row for row in screens.still_lost(connection) if _again(connection, row, real)]
    found = screens.lost(connection, real)
    for row in found:
        _tell(connection, row, now, real, anew=_was_well(connection, row, real))
    for row in standing:
        _tell(connection, row, now, real, anew=True)
    return found + standing


def _tell(connection: Connection, row: Record, now: datetime, real: datetime, *, anew: bool) -> None:
    key = _put(connection, row.community_id, row.id, row.name, "lost", real)
    if key is not None and rows.end(connection, key, rows.FAILED, row.lost_why, real):
        operator.tell(connection, rows.one(connection, key), now, real, urgent=True, anew=anew)


def _was_well(connection: Connection, row: Record, real: datetime) -> bool:
    """It had come back and stayed: this is another loss, not the same one that flickers."""
    back = rows.last(connection, rows.SCREEN, row.id, rows.PASSED)
    return back is not None and back <= real - STEADY


def _again(connection: Connection, row: Record, real: datetime) -> bool:
    """Told so long ago that whoever heard it may have gone home; or not at all, because it had just flickered."""
    lost = rows.last(connection, rows.SCREEN, row.id, rows.FAILED)
    if lost is None or lost <= real - operator.AGAIN:
        return True
    told = operator.told_at(connection, row.community_id, _way(row.id), real)
    return told is not None and told < lost <= real - STEADY


def back(connection: Connection, screen: Screen, real: datetime) -> None:
    """It is there again, and the board stops saying that it is missed."""
    _well(connection, screen.community, screen.id, screen.name, real)


def end(connection: Connection, actor: Actor, key: int) -> None:
    """Switched off on purpose, also one that is missed. Raises `Refused` (404)."""
    row = screens.end(connection, actor, key)
    if row.lost_at is not None:
        _well(connection, actor.community, key, row.name, actor.real)


def _well(connection: Connection, community: str, ref: int, name: str, real: datetime) -> None:
    key = _put(connection, community, ref, name, "back", real)
    if key is not None:
        rows.end(connection, key, rows.PASSED, None, real)


def _put(connection: Connection, community: str, ref: int, name: str, what: str, real: datetime) -> str | None:
    once = f"{rows.SCREEN}:{ref}:{what}:{real.isoformat()}"
    # A way of its own, so that what one screen rings about does not silence another.
    wanted = rows.Wanted(community, rows.SCREEN, _way(ref), once, ref, name)
    return rows.put(connection, wanted, real)


def _way(ref: int) -> str:
    return f"{rows.SCREEN} {ref}"[:20]
