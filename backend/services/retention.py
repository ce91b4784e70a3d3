"""How long what has served its end is kept: keys that tell repeats apart, passages, steps of calls, notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, func, select, update

from backend.db import hold
from backend.models.notes import notice
from backend.models.ringing import ring_event
from backend.models.talk import message
from backend.models.visitors import passage

DUPLICATES_FOR = timedelta(days=30)
AT_ONCE = 1_000
# By the name in config.yml.
_OLD: Mapping[str, tuple[Table, Column[datetime]]] = {
    "passages": (passage, passage.c.at),
    "rings": (ring_event, ring_event.c.at),
    "notices": (notice, notice.c.at),
}


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


def forget_old(connection: Connection, days: Mapping[str, int], real: datetime, at_once: int = AT_ONCE) -> int:
    """Delete some of what is older than so many days; returns how many rows: 0 is done."""
    hold(connection, "retention")
    gone = 0
    for name, (table, at) in _OLD.items():
        old = select(table.c.id).where(at < real - timedelta(days=days[name])).limit(at_once)
        gone += connection.execute(delete(table).where(table.c.id.in_(old))).rowcount
    return gone
