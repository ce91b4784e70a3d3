"""What the people on duty may know of a person's health in an emergency: sealed, and each look is written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from backend import vault
from backend.db import insert_or
from backend.models.ladder import health_note
from backend.models.people import resident

LONGEST = 1000


def put(connection: Connection, community: str, resident_id: int, words: str, real: datetime) -> None:
    """Replace what is known."""
    sealed = vault.seal(words[:LONGEST].encode(), _of(resident_id))
    row = {"resident_id": resident_id, "community_id": community, "sealed": sealed, "updated_at": real}
    put_ = insert_or(health_note).on_conflict_do_update(
        index_elements=["resident_id"], set_={"sealed": sealed, "updated_at": real}
    )
    connection.execute(put_, row)


def has_any(connection: Connection, community: str, residents: list[int]) -> bool:
    """Whether there is something to show, without opening it."""
    mine = (health_note.c.community_id == community, health_note.c.resident_id.in_(residents))
    return connection.execute(select(health_note.c.resident_id).where(*mine).limit(1)).first() is not None


def of(connection: Connection, community: str, residents: list[int]) -> list[tuple[str, str]]:
    """Name and words of each of these people; the caller audits that somebody looked."""
    rows = (
        select(health_note.c.resident_id, health_note.c.sealed, resident.c.name)
        .select_from(health_note.join(resident, health_note.c.resident_id == resident.c.id))
        .where(health_note.c.community_id == community, health_note.c.resident_id.in_(residents))
        .order_by(health_note.c.resident_id)
    )
    return [(row.name, vault.opened(row.sealed, _of(row.resident_id)).decode()) for row in connection.execute(rows)]


def reseal(connection: Connection) -> int:
    """Every note sealed with the newest key; returns how many."""
    rows = connection.execute(select(health_note.c.resident_id, health_note.c.sealed)).all()
    for row in rows:
        sealed = vault.seal(vault.opened(row.sealed, _of(row.resident_id)), _of(row.resident_id))
        mine = update(health_note).where(health_note.c.resident_id == row.resident_id)
        connection.execute(mine.values(sealed=sealed))
    return len(rows)


def _of(resident_id: int) -> str:
    return f"health:{resident_id}"
