"""The delivery ledger as people read it: what waits, what went, what was given up and may be tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, cast, func, or_, select, update

from backend import wake
from backend.db import Record
from backend.models.talk import outbox
from backend.models.webhooks import delivery_try
from backend.services import webhooks
from bot.contract.errors import Refused

# What somebody carries; replies go back in their own response, and staff's entries lie on their table.
CARRIED = ("push", "webhook", "story")
# Sent again by one request; a larger range is asked for piece by piece.
MOST = 1_000


def replay(connection: Connection, community: str | None, key: int, real: datetime) -> Record:
    """A dead letter is tried again from the start, with the same id for whoever receives it; a webhook also when it
    arrived, as whoever received it may have lost it."""
    row = one(connection, community, key)
    if row is None:
        raise Refused("no such delivery", status=404)
    if row.state not in (("dead", "sent") if row.channel == webhooks.CHANNEL else ("dead",)):
        raise Refused(f"this delivery is {row.state}, not dead", status=409)
    if row.channel == webhooks.CHANNEL and not webhooks.active(connection, row.user):
        raise Refused("its endpoint is disabled or removed: enable it first", status=409)
    waits = {"queue": _queue_of(row), "lane": _lane_of(row)}
    connection.execute(update(outbox).where(outbox.c.id == key).values(**_fresh(real), **waits))
    wake.after_commit(connection, wake.OUTBOX)
    again = one(connection, community, key)
    return row if again is None else again


@dataclass(frozen=True, slots=True)
class Range:
    """What of an endpoint is sent again: what was made from then on and before that; lost: only dead letters."""

    since: datetime
    until: datetime
    lost: bool


def replay_range(connection: Connection, community: str, endpoint: str, what: Range, real: datetime) -> int:
    """Returns how many, and not more than `MOST`, the oldest first. Raises `Refused`."""
    if webhooks.one(connection, community, endpoint).state != webhooks.ACTIVE:
        raise Refused("this endpoint is disabled: enable it first", status=409)
    states = ("dead",) if what.lost else ("dead", "sent")
    mine = (outbox.c.community_id == community, outbox.c.channel == webhooks.CHANNEL, outbox.c.user == endpoint)
    then = (outbox.c.created_at >= what.since, outbox.c.created_at < what.until, outbox.c.state.in_(states))
    keys = connection.execute(select(outbox.c.id).where(*mine, *then).order_by(outbox.c.id).limit(MOST)).scalars().all()
    again = update(outbox).where(outbox.c.id.in_(keys))
    connection.execute(again.values(**_fresh(real), queue=webhooks.queue(endpoint), lane=None))
    wake.after_commit(connection, wake.OUTBOX)
    return len(keys)


def _fresh(real: datetime) -> dict[str, object]:
    """As if it had never been tried."""
    return {"state": "due", "attempts": 0, "due_at": real, "replayed_at": real, "held_by": None, "begun": 0}


def tries(connection: Connection, key: int) -> list[Record]:
    """Of a webhook, each time that it was sent, the oldest first."""
    return tries_of(connection, [key])[key]


def tries_of(connection: Connection, keys: Sequence[int]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {key: [] for key in keys}
    rows = select(delivery_try).where(delivery_try.c.delivery_id.in_(keys)).order_by(delivery_try.c.id)
    for row in connection.execute(rows):
        found[row.delivery_id].append(row)
    return found


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
    """Which part of the ledger; community None: the operator's view of all; before: the last id seen; signed: the mark
    of a secret that has signed it."""

    community: str | None
    state: str | None = None
    channel: str | None = None
    before: int | None = None
    limit: int = 50
    webhook: str | None = None
    signed: str | None = None


def listed(connection: Connection, wanted: Wanted) -> list[Record]:
    """The ledger, newest first; one more than the limit tells that there is more."""
    rows = select(outbox).where(outbox.c.kind.in_(CARRIED))
    narrowed: Mapping[Any, object] = {
        outbox.c.community_id: wanted.community,
        outbox.c.state: wanted.state,
        outbox.c.channel: wanted.channel if wanted.webhook is None else webhooks.CHANNEL,
        outbox.c.user: wanted.webhook,
    }
    for column, value in narrowed.items():
        if value is not None:
            rows = rows.where(column == value)
    if wanted.webhook is not None:
        rows = rows.where(outbox.c.kind == webhooks.CHANNEL)
    if wanted.signed is not None:
        by = cast(delivery_try.c.signed_by, String).contains(f'"{wanted.signed}"', autoescape=True)
        rows = rows.where(select(delivery_try.c.id).where(delivery_try.c.delivery_id == outbox.c.id, by).exists())
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
