"""The rungs of an alarm as rows: planned, done, and what came of each; nothing is written that did not happen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, String, bindparam, cast, func, literal, select, update

from backend.db import Record, insert_or
from backend.models.ladder import alarm_step
from backend.models.people import contact, duty
from backend.models.ringing import ring
from backend.models.talk import outbox

CONSOLE, DUTY, CONTACT = "console", "duty", "contact"
# The guard room, a lift's firm, and whoever wears the button that was pressed: their number stands with the step.
GUARD, FIRM, WEARER = "guard", "firm", "wearer"
PLANNED, SHOWN, CALLING, UNREACHABLE = "planned", "shown", "calling", "unreachable"
ANSWERED, SILENT, STOPPED = "answered", "silent", "stopped"
# Two ladders side by side: whoever of one answers nothing brings its own next rung forward.
STAFF, FAMILY = frozenset({CONSOLE, DUTY, GUARD, FIRM}), frozenset({CONTACT})
LADDERS = (STAFF, FAMILY)
# What somebody at the desk may write down of a call that they made by hand.
BY_HAND = (ANSWERED, SILENT)


@dataclass(frozen=True, slots=True)
class Step:
    """kind: one of the above; ref: the row of the number, 0 where there is none; rung: of ladder.plan.RUNGS;
    phone: where the number stands in no row of ours."""

    rung: int
    kind: str
    name: str
    ref: int
    phone: str | None = None


def once_of(key: int) -> str:
    """The outbox row of a call bears this name."""
    return f"ladder:{key}"


def put(
    connection: Connection, community: str, alarm_id: str, number: int, planned: Iterable[tuple[Step, datetime]]
) -> None:
    """Plan a round; planned twice it stands once."""
    rows = [
        {
            "community_id": community,
            "alarm_id": alarm_id,
            "round": number,
            "rung": step.rung,
            "kind": step.kind,
            "name": step.name,
            "ref": step.ref,
            "number": step.phone,
            "state": PLANNED,
            "due_at": due,
        }
        for step, due in planned
    ]
    if rows:
        keys = ["alarm_id", "round", "kind", "ref"]
        connection.execute(insert_or(alarm_step).on_conflict_do_nothing(index_elements=keys), rows)


def become(
    connection: Connection, key: int, state: str, reason: str | None, real: datetime, by: str | None = None
) -> None:
    connection.execute(_BECOME, {"key": key, "to": state, "why": reason, "at": real, "whose": by})


def stop(connection: Connection, alarm_id: str, reason: str, real: datetime) -> None:
    """Nobody else is called: what was only planned did not happen and says so."""
    mine = update(alarm_step).where(alarm_step.c.alarm_id == alarm_id, alarm_step.c.state == PLANNED)
    connection.execute(mine.values(state=STOPPED, reason=reason, done_at=real))


def spare(connection: Connection, alarm_id: str, kinds: frozenset[str], reason: str, real: datetime) -> None:
    """Whoever of these kinds was not called yet is not."""
    mine = (alarm_step.c.alarm_id == alarm_id, alarm_step.c.state == PLANNED, alarm_step.c.kind.in_(kinds))
    connection.execute(update(alarm_step).where(*mine).values(state=STOPPED, reason=reason, done_at=real))


def _rows() -> Select[Any]:
    """`sent` is what became of the call's outbox row, `line` of the call, `phone` the number as it stands now."""
    name = literal("ladder:") + cast(alarm_step.c.id, String)
    joined = (
        alarm_step.outerjoin(outbox, outbox.c.once == name)
        .outerjoin(ring, ring.c.once == name)
        .outerjoin(duty, (alarm_step.c.kind == DUTY) & (duty.c.id == alarm_step.c.ref))
        .outerjoin(contact, (alarm_step.c.kind == CONTACT) & (contact.c.id == alarm_step.c.ref))
    )
    columns = (
        outbox.c.state.label("sent"),
        ring.c.state.label("line"),
        func.coalesce(duty.c.phone, contact.c.phone, alarm_step.c.number).label("phone"),
        contact.c.relation,
    )
    return select(alarm_step, *columns).select_from(joined).where(alarm_step.c.alarm_id == bindparam("alarm"))


# Somebody waits for each of these: they are made once.
_ALL = _rows().order_by(alarm_step.c.round, alarm_step.c.rung, alarm_step.c.id)
_ROUND = _ALL.where(alarm_step.c.round == bindparam("number"))
_ONE = _ALL.where(alarm_step.c.id == bindparam("key"))
_LAST = select(func.max(alarm_step.c.round)).where(alarm_step.c.alarm_id == bindparam("alarm"))
_BECOME = (
    update(alarm_step)
    .where(alarm_step.c.id == bindparam("key"))
    .values(state=bindparam("to"), reason=bindparam("why"), done_at=bindparam("at"), by=bindparam("whose"))
)


def of(connection: Connection, alarm_id: str) -> list[Record]:
    """All rounds, oldest first."""
    return list(connection.execute(_ALL, {"alarm": alarm_id}))


def of_round(connection: Connection, alarm_id: str, number: int) -> list[Record]:
    return list(connection.execute(_ROUND, {"alarm": alarm_id, "number": number}))


def went(connection: Connection, alarm_id: str, name: str) -> Record | None:
    """The rung by which this one said that they go; None where they said so at the desk."""
    said = [row for row in of(connection, alarm_id) if row.reason == "goes" and row.name == name]
    return said[-1] if said else None


def one(connection: Connection, alarm_id: str, key: int) -> Record | None:
    return connection.execute(_ONE, {"alarm": alarm_id, "key": key}).one_or_none()


def last_round(connection: Connection, alarm_id: str) -> int:
    return connection.execute(_LAST, {"alarm": alarm_id}).scalar_one() or 0
