"""Which processes live: each says so now and then, and whoever has been silent for too long is taken for lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from backend.db import insert_or
from backend.models.nodes import node


def beat(connection: Connection, name: str, real: datetime) -> None:
    said = insert_or(node).values(name=name, seen_at=real)
    connection.execute(said.on_conflict_do_update(index_elements=["name"], set_={"seen_at": real}))


def census(connection: Connection, dead_since: datetime) -> tuple[set[str], list[str]]:
    """Those that live, and those that do not."""
    rows = connection.execute(select(node)).all()
    alive = {row.name for row in rows if row.seen_at >= dead_since}
    return alive, sorted(row.name for row in rows if row.name not in alive)


def bury(connection: Connection, name: str, dead_since: datetime) -> None:
    """Unless it came back meanwhile."""
    connection.execute(delete(node).where(node.c.name == name, node.c.seen_at < dead_since))
