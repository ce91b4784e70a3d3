"""Each drill as a row with its seconds; alarms and their figures know nothing of these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from backend import wake
from backend.db import Record, insert_or
from backend.ids import new_id
from backend.models.drills import drill

HEARTBEAT, DUTY, TEST, NUMBER, TOLD = "heartbeat", "duty", "test", "number", "told"
# No drill at all, but it stands and is told in the same way: a duty screen that is missed.
SCREEN = "screen"
# The whole way of a cry inside the house, which costs nothing; all others are names of channels.
INSIDE, PHONE = "inside", "phone"
WAITING, RUNNING, PASSED, FAILED = "waiting", "running", "passed", "failed"
# Heard of when one of them has something to do: see bot/drilling.py.
TOPIC = "drills"
# What was failed longer ago than that is history.
LATELY = timedelta(days=30)
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Wanted:
    """ref, name: whom it asks, 0 and "" for a machine; once: the cause; judge: when it has failed without an answer."""

    community: str
    kind: str
    way: str
    once: str
    ref: int = 0
    name: str = ""
    judge: datetime | None = None


def put(connection: Connection, wanted: Wanted, due: datetime) -> str | None:
    """The drill's id; None where the same cause has one."""
    key = new_id()
    row = {
        "id": key,
        "community_id": wanted.community,
        "kind": wanted.kind,
        "way": wanted.way,
        "name": wanted.name,
        "ref": wanted.ref,
        "state": WAITING,
        "due_at": due,
        "judge_at": wanted.judge,
        "once": wanted.once[:120],
    }
    put_one = insert_or(drill).on_conflict_do_nothing(index_elements=["once"])
    if connection.execute(put_one, row).rowcount == 0:
        return None
    wake.after_commit(connection, TOPIC)
    return key


def one(connection: Connection, key: str) -> Record:
    return connection.execute(select(drill).where(drill.c.id == key)).one()


def cause(kind: str, community: str, ref: int, slot: str) -> str:
    """One for each person and occasion."""
    return f"{kind}:{community}:{ref}:{slot}"[:120]


def of_slot(connection: Connection, community: str, kind: str, ref: int, slot: str) -> Record | None:
    mine = drill.c.once == cause(kind, community, ref, slot)
    return connection.execute(select(drill).where(mine)).one_or_none()


def note(connection: Connection, key: str, **seconds: datetime) -> None:
    """One of its times, the first of each: what comes twice happened once."""
    for name, at in seconds.items():
        unknown = update(drill).where(drill.c.id == key, drill.c[name].is_(None))
        connection.execute(unknown.values({name: at}))


def begin(connection: Connection, key: str, real: datetime) -> bool:
    """False where another process has it already."""
    mine = update(drill).where(drill.c.id == key, drill.c.state == WAITING)
    return connection.execute(mine.values(state=RUNNING, began_at=real)).rowcount > 0


def end(connection: Connection, key: str, state: str, reason: str | None, real: datetime) -> bool:
    """False where it had ended before."""
    ends = update(drill).where(drill.c.id == key, drill.c.state.in_((WAITING, RUNNING)))
    found = connection.execute(ends.values(state=state, reason=reason, ended_at=real)).rowcount > 0
    if found:
        wake.after_commit(connection, wake.desk(one(connection, key).community_id))
    return found


def undo(connection: Connection, key: str, reason: str, real: datetime) -> None:
    """It counts as no success, whatever it was before: something else came instead."""
    mine = update(drill).where(drill.c.id == key)
    connection.execute(mine.values(state=FAILED, reason=reason, ended_at=real))


def last(connection: Connection, kind: str, ref: int, state: str) -> datetime | None:
    """When one of these was last due that ended so."""
    mine = (drill.c.kind == kind, drill.c.ref == ref, drill.c.state == state)
    found: datetime | None = connection.execute(select(func.max(drill.c.due_at)).where(*mine)).scalar_one()
    return found


def under_way(connection: Connection, kind: str) -> list[Record]:
    rows = select(drill).where(drill.c.state.in_((WAITING, RUNNING)), drill.c.kind == kind)
    return list(connection.execute(rows.order_by(drill.c.id).limit(100)))


def newest(connection: Connection, community: str | None, real: datetime) -> list[Record]:
    """The newest drill of each kind, way and number, by community; what failed or never ended stands first."""
    group = (drill.c.community_id, drill.c.kind, drill.c.way, drill.c.ref)
    lately = select(func.max(drill.c.id).label("id")).where(drill.c.due_at >= real - LATELY, drill.c.kind != TOLD)
    if community is not None:
        lately = lately.where(drill.c.community_id == community)
    last = lately.group_by(*group).subquery()
    rows = list(connection.execute(select(drill).join(last, drill.c.id == last.c.id).order_by(drill.c.id.desc())))
    return sorted(rows, key=lambda row: row.state == PASSED)


def failing(connection: Connection, community: str, real: datetime) -> list[Record]:
    """What failed when it was tried last."""
    return [row for row in newest(connection, community, real) if row.state == FAILED]


def listed(connection: Connection, community: str | None, limit: int) -> list[Record]:
    rows = select(drill).order_by(drill.c.id.desc()).limit(limit)
    if community is not None:
        rows = rows.where(drill.c.community_id == community)
    return list(connection.execute(rows))


def forget(connection: Connection, real: datetime) -> None:
    connection.execute(delete(drill).where(drill.c.due_at < real - KEPT))


def took(found: Record) -> float | None:
    """Seconds from the cry to the vendor, or to an answer where one is waited for; None where it never came so far."""
    end = found.answered_at or found.handed_at
    if end is None or found.began_at is None:
        return None
    return max(0.0, float((end - found.began_at).total_seconds()))
