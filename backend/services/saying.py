"""What is going out just now, noted part by part: after a kill it is known what nobody knows."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.talk import outbox
from bot.contract.errors import Unavailable

# Being said when its process ended or stood still: whether it went out, nobody knows.
SAYING = "saying"
_NAME = "outbox-"


def name(key: int) -> str:
    """What a row is called where it is said."""
    return f"{_NAME}{key}"


def numbered(called: str) -> int | None:
    """The row of this name; None for what no row stands behind."""
    return int(called.removeprefix(_NAME)) if called.startswith(_NAME) else None


def is_paid(connection: Connection, key: int, node: str, place: int) -> bool:
    """Whether this part began to go out before, and failed. Raises `Unavailable` where somebody else holds the row:
    this process stood still so long that it was taken for dead."""
    mine = (outbox.c.id == key, outbox.c.held_by == node)
    begun = connection.execute(select(outbox.c.begun).where(*mine).with_for_update()).scalar_one_or_none()
    if begun is None:
        raise Unavailable("somebody else carries this by now", retry_after=0, alone=True)
    return bool(begun > place)


def begin(connection: Connection, key: int, place: int) -> None:
    """From now on nobody knows whether this part has gone out, until its end is written down."""
    connection.execute(update(outbox).where(outbox.c.id == key).values(state=SAYING, begun=place + 1))


def is_doubtful(row: Record) -> bool:
    """Its last holder ended while a part was going out."""
    return bool(row.state == SAYING and row.begun)


def gone_out(row: Record) -> int:
    """How many parts have gone out, or may have; the last one that began, and failed before our eyes, has not."""
    return int(row.begun) if row.state == SAYING else max(int(row.begun) - 1, 0)
