"""Which team a new case belongs to and, where work goes round, whose turn it is: rules that are data of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from backend.db import Record, hold
from backend.models.office import shift, team
from backend.services import staff

ASSIGN, GRAB, ROTATE = "assign", "grab", "rotate"
MODES = (ASSIGN, GRAB, ROTATE)

_TEAMS = select(team).where(team.c.community_id == bindparam("community"), team.c.active.is_(True)).order_by(team.c.id)


@dataclass(frozen=True, slots=True)
class Placed:
    """team: its key, None where no team takes such cases; assignee: whose turn it is, where it goes round."""

    team: str | None
    assignee: int | None


def place(connection: Connection, community: str, kind: str, category: str | None, now: datetime) -> Placed:
    """The team that takes this category, else the one that takes the kind."""
    teams = list(connection.execute(_TEAMS, {"community": community}))
    exact = f"{kind}:{category}"
    found = next((row for row in teams if exact in row.takes), None)
    found = found or next((row for row in teams if kind in row.takes), None)
    if found is None:
        return Placed(None, None)
    return Placed(found.key, _next(connection, found, now) if found.mode == ROTATE else None)


def _next(connection: Connection, found: Record, now: datetime) -> int | None:
    """The next one who is on shift today, or the next at all where nobody wrote shifts down."""
    hold(connection, "rotate", found.id)
    turn = connection.execute(select(team.c.last_id).where(team.c.id == found.id)).scalar_one()
    people = [one for one in staff.speakers(connection, found.community_id) if found.key in one.teams]
    here = on_shift(connection, found.community_id, now)
    ids = [one.id for one in people if one.id in here] or [one.id for one in people]
    if not ids:
        return None
    mine: int = next((key for key in ids if turn is None or key > turn), ids[0])
    connection.execute(update(team).where(team.c.id == found.id).values(last_id=mine))
    return mine


def on_shift(connection: Connection, community: str, now: datetime) -> set[int]:
    """Who works at this minute of the week."""
    minute = now.hour * 60 + now.minute
    mine = (shift.c.community_id == community, shift.c.weekday == now.weekday())
    rows = select(shift.c.staff_id).where(*mine, shift.c.opens <= minute, shift.c.closes > minute)
    return set(connection.execute(rows).scalars())


def mode_of(connection: Connection, community: str, key: str | None) -> str | None:
    if key is None:
        return None
    mine = (team.c.community_id == community, team.c.key == key)
    return connection.execute(select(team.c.mode).where(*mine)).scalar_one_or_none()
