"""What a home owns here: cards that open doors, cars that stand in the garage."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.board import belonging


def of_home(connection: Connection, community: str, household: int, kind: str) -> list[Record]:
    mine = (belonging.c.community_id == community) & (belonging.c.household_id == household)
    rows = select(belonging).where(mine, belonging.c.kind == kind).order_by(belonging.c.id)
    return list(connection.execute(rows))


def cards(connection: Connection, community: str, household: int, resident: int) -> list[Record]:
    """The resident's own cards, not those of the others at home."""
    return [c for c in of_home(connection, community, household, "card") if c.resident_id == resident]


def set_state(connection: Connection, community: str, key: int, state: str, now: datetime) -> None:
    mine = (belonging.c.community_id == community) & (belonging.c.id == key)
    connection.execute(update(belonging).where(mine).values(state=state, changed_at=now))
