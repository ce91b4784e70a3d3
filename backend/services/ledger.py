"""The delivery ledger as people read it: what waits, what went, what was given up and may be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from backend import wake
from backend.db import Record
from backend.models.talk import outbox
from backend.services import webhooks
from bot.contract.errors import Refused

# What somebody carries; replies go back in their own response, and staff's entries lie on their table.
CARRIED = ("push", "webhook", "story")


def replay(connection: Connection, community: str | None, key: int, real: datetime) -> Record:
    """A dead letter is tried again from the start, with the same id for whoever receives it."""
    row = one(connection, community, key)
    if row is None:
        raise Refused("no such delivery", status=404)
    if row.state != "dead":
        raise Refused(f"this delivery is {row.state}, not dead", status=409)
    if row.channel == webhooks.CHANNEL and not webhooks.active(connection, row.user):
        raise Refused("its endpoint is disabled or removed: enable it first", status=409)
    waits = {"queue": _queue_of(row), "lane": _lane_of(row)}
    fresh = {"state": "due", "attempts": 0, "due_at": real, "replayed_at": real, "held_by": None, "begun": 0}
    connection.execute(update(outbox).where(outbox.c.id == key).values(**fresh, **waits))
    wake.after_commit(connection, wake.OUTBOX)
    again = one(connection, community, key)
    return row if again is None else again


def _queue_of(row: Record) -> str:
    return webhooks.queue(row.user) if row.channel == webhooks.CHANNEL else f"{row.channel}:{row.account}"


def _lane_of(row: Record) -> str | None:
    return f"c{row.conversation_id}:{row.channel}" if row.kind == "push" else None


def one(connection: Connection, community: str | None, key: int) -> Record | None:
    """A row of the ledger within a community; None for the operator, who sees all."""
    rows = select(outbox).where(outbox.c.id == key, outbox.c.kind.in_(CARRIED))
    if community is not None:
        rows = rows.where(outbox.c.community_id == community)
    return connection.execute(rows).one_or_none()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the ledger; community None: the operator's view of all; before: the last id seen."""

    community: str | None
    state: str | None = None
    channel: str | None = None
    before: int | None = None
    limit: int = 50


def listed(connection: Connection, wanted: Wanted) -> list[Record]:
    """The ledger, newest first; one more than the limit tells that there is more."""
    rows = select(outbox).where(outbox.c.kind.in_(CARRIED))
    narrowed: Mapping[Any, object] = {
        outbox.c.community_id: wanted.community,
        outbox.c.state: wanted.state,
        outbox.c.channel: wanted.channel,
    }
    for column, value in narrowed.items():
        if value is not None:
            rows = rows.where(column == value)
    if wanted.before is not None:
        rows = rows.where(outbox.c.id < wanted.before)
    return list(connection.execute(rows.order_by(outbox.c.id.desc()).limit(wanted.limit + 1)))


def waiting(connection: Connection, real: datetime) -> list[tuple[str, int, datetime]]:
    """Channel, how many rows wait, and since when the oldest does; what was never due yet does not."""
    due = or_(outbox.c.due_at <= real, outbox.c.state != "due", outbox.c.attempts > 0)
    rows = select(outbox.c.channel, func.count(), func.min(outbox.c.created_at)).where(outbox.c.queue.is_not(None), due)
    return [(channel, count, oldest) for channel, count, oldest in connection.execute(rows.group_by(outbox.c.channel))]


def dead_letters(connection: Connection) -> list[tuple[str, int]]:
    """Channel, and how many rows were given up and not replayed."""
    rows = select(outbox.c.channel, func.count()).where(outbox.c.state == "dead").group_by(outbox.c.channel)
    return [(channel, count) for channel, count in connection.execute(rows)]
