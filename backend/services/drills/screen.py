"""A duty screen that went dark or mute is the operator's business at once, like a heartbeat that is missing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services.acting import Actor
from backend.services.drills import operator, rows
from backend.services.sign_in import screens
from backend.services.sign_in.screens import Screen


def missed(connection: Connection, now: datetime, real: datetime) -> list[Record]:
    """Each that is lost since just now: on the board in red, and duty phones ring until one has heard."""
    found = screens.lost(connection, real)
    for row in found:
        key = _put(connection, row.community_id, row.id, row.name, "lost", real)
        if key is not None and rows.end(connection, key, rows.FAILED, row.lost_why, real):
            operator.tell(connection, rows.one(connection, key), now, real, urgent=True)
    return found


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
    wanted = rows.Wanted(community, rows.SCREEN, f"{rows.SCREEN} {ref}"[:20], once, ref, name)
    return rows.put(connection, wanted, real)
