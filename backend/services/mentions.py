"""Who was named in a colleague's note, and whether they have looked since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from backend import wake
from backend.models.notes import mention

_UNREAD = (
    select(mention.c.conversation_id)
    .where(mention.c.staff_id == bindparam("me"), mention.c.seen_at.is_(None))
    .distinct()
)


def add(connection: Connection, community: str, number: int, note: int, named: Iterable[int]) -> None:
    rows = [{"community_id": community, "note_id": note, "conversation_id": number, "staff_id": one} for one in named]
    if rows:
        connection.execute(mention.insert(), rows)


def unread(connection: Connection, me: int) -> set[int]:
    """The conversations in which I am named and have not looked since."""
    return set(connection.execute(_UNREAD, {"me": me}).scalars())


def seen(connection: Connection, community: str, number: int, me: int, real: datetime) -> None:
    """I have looked at this conversation; what is named afterwards is new again."""
    mine = (mention.c.staff_id == me, mention.c.conversation_id == number, mention.c.seen_at.is_(None))
    if connection.execute(update(mention).where(*mine).values(seen_at=real)).rowcount:
        wake.after_commit(connection, wake.desk(community))
