"""How long the keys that tell repeated messages apart are kept; what was said stays, only its sender's id goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select, update

from backend.db import hold
from backend.models.talk import message

DUPLICATES_FOR = timedelta(days=30)
AT_ONCE = 1_000


def forget_ids(connection: Connection, real: datetime, at_once: int = AT_ONCE) -> int:
    """Forget the senders' ids of messages older than that, some at a time; returns how many: 0 is done.

    Ids grow with time, so both ends of what is to be forgotten are found by halving, without an index for it.
    """
    hold(connection, "retention")
    newest = connection.execute(select(func.max(message.c.id))).scalar_one() or 0
    first = _first(connection, newest, message.c.external_id.is_not(None))
    end = _first(connection, newest, message.c.received_at >= real - DUPLICATES_FOR)
    last = min(end, first + at_once)
    if last <= first:
        return 0
    old = update(message).where(message.c.id >= first, message.c.id < last, message.c.external_id.is_not(None))
    return connection.execute(old.values(external_id=None)).rowcount


def _first(connection: Connection, newest: int, holds: ColumnElement[bool]) -> int:
    """The least id from which on it holds; one past the newest when it never does."""
    low, high = 1, newest + 1
    while low < high:
        middle = (low + high) // 2
        rows = select(message.c.id, holds).where(message.c.id >= middle).order_by(message.c.id).limit(1)
        found = connection.execute(rows).one_or_none()
        if found is None or found[1]:
            high = middle
        else:
            low = found[0] + 1
    return low
