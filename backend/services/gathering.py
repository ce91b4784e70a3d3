"""Several things to tell become one message where a vendor counts each: what waits for one person goes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.talk import outbox
from backend.services import windows
from bot.contract.messages import Address

# While little is left of a window, so long is waited for what else may come.
WAITS = timedelta(seconds=60)
# More than this is no message any more but a letter.
MOST = 6
ALONG = "along"


def due(connection: Connection, to: Address, lane: str | None, real: datetime, *, last: bool) -> datetime:
    """When a push is carried; what may use the last one waits for nothing."""
    scarce = windows.is_scarce(connection, to, real)
    if scarce and not last:
        return real + WAITS
    if scarce is not None and lane is not None:
        hurry(connection, lane, real)
    return real


def hurry(connection: Connection, lane: str, real: datetime) -> None:
    """What comes behind has its place in the line and must not wait for more: whoever waits before it goes now."""
    waits = (outbox.c.lane == lane, outbox.c.state == "due", outbox.c.attempts == 0, outbox.c.due_at > real)
    connection.execute(update(outbox).where(*waits).values(due_at=real))


def together(connection: Connection, row: Record) -> Mapping[str, Any]:
    """The row's body with what waits right behind it. What goes along stands in no queue: it has its end with the row,
    however often that is tried."""
    body = dict(row.body)
    if row.lane is None or "say" not in body:
        return body
    behind = select(outbox.c.id, outbox.c.kind, outbox.c.state, outbox.c.attempts, outbox.c.body)
    mine = behind.where(outbox.c.lane == row.lane, outbox.c.id > row.id).order_by(outbox.c.id).limit(MOST)
    # Of what has been said in part nothing may change any more.
    waiting = () if row.begun else takewhile(_can_go_along, connection.execute(mine.with_for_update()).all())
    fresh = [one.id for one in waiting][: MOST - 1 - len(body.get("with", ()))]
    if fresh:
        body["with"] = [*body.get("with", ()), *fresh]
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(body=body))
        gone = update(outbox).where(outbox.c.id.in_(fresh))
        connection.execute(gone.values(state=ALONG, queue=None, lane=None, held_by=None))
    others = connection.execute(
        select(outbox.c.body).where(outbox.c.id.in_(body.get("with", ()))).order_by(outbox.c.id)
    )
    return _joined([body, *others.scalars()])


def _can_go_along(row: Record) -> bool:
    return bool(row.kind == "push" and row.state == "due" and row.attempts == 0 and "say" in row.body)


def _joined(bodies: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    marks: dict[str, Any] = {"last": True} if any(one.get("last") for one in bodies) else {}
    # One that is worth a call does not have the others read out to whoever picks up.
    said = [one for body in bodies for one in aloud(body)]
    marks |= {"aloud": said} if said else {}
    return {**bodies[0], **marks, "say": [said for one in bodies for said in one["say"]]}


def aloud(body: Mapping[str, Any]) -> list[Any]:
    """What of it may be read out by a call: all of one thing that is marked so, of several only those."""
    marked = body.get("aloud")
    return list(body["say"]) if marked is True else list(marked or ())


def ended(connection: Connection, body: Mapping[str, Any], state: str, error: str | None, real: datetime) -> None:
    """What became of the row became of all that went with it."""
    if body.get("with"):
        sent = real if state == "sent" else None
        along = update(outbox).where(outbox.c.id.in_(body["with"]), outbox.c.state == ALONG)
        connection.execute(along.values(state=state, last_error=error, sent_at=sent, attempts=1))
