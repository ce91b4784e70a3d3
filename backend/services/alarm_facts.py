"""What is learned of an alarm while it lasts: where, who, and that it is worse than it was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.work import alarm, alarm_event
from backend.services import alarm_history
from backend.services.ladder import anew, quiet, start, suicide

QUIET_KINDS = frozenset({"violence"})
# A place that is told later, and names no building, is not where these are.
STAYS = frozenset({"fire", "gas"})
# More words never make an alarm milder.
GRAVITY = ("violence", "suicide", "fire", "gas", "medical", "lift", "child", "fall", "plea", "check")


def _graver(alarm_id: str, before: str) -> str:
    return f"graver:{alarm_id}:{before}"


def was(connection: Connection, alarm_id: str, kind: str) -> bool:
    """Whether it was this before it turned out worse: a child behind a door, and then a stove that is on."""
    cause = _graver(alarm_id, kind)
    return connection.execute(select(alarm_event.c.id).where(alarm_event.c.cause == cause)).first() is not None


def graver(connection: Connection, standing: Record, kind: str, now: datetime, real: datetime) -> bool:
    """More words of the same alarm; False where they tell of nothing worse. standing: its id, kind and quiet."""
    if kind in QUIET_KINDS and not standing.quiet:
        quiet.turn(connection, standing.id, real)
        return True
    # As it stands now: another process may have heard something worse meanwhile.
    found = _locked(connection, standing.id)
    if GRAVITY.index(kind) >= GRAVITY.index(found.kind):
        return False
    alarm_history.add(connection, found.id, "graver", "", None, _graver(found.id, found.kind), now)
    _turn(connection, found, kind, real)
    return True


def _locked(connection: Connection, alarm_id: str) -> Record:
    return connection.execute(select(alarm).where(alarm.c.id == alarm_id).with_for_update()).one()


def _turn(connection: Connection, found: Record, kind: str, real: datetime) -> None:
    """It is this now, and everything that goes on for it is by this: a check called one person and had no rung after
    that, so it begins as an alarm does; any other goes on as the new plan has it."""
    connection.execute(update(alarm).where(alarm.c.id == found.id).values(kind=kind))
    if kind == suicide.KIND:
        suicide.begin(connection, found.id, real)
    if found.kind == "check" and found.accepted_by is None:
        anew.climbs_anew(connection, found, real)
    else:
        start.worse(connection, found.community_id, found.id, kind, real)


def narrowed(known: str, part: str) -> str:
    """Where in it: "3-2-501 (the roof)"."""
    return known if part in known else f"{known} ({part})"


def tell_place(
    connection: Connection, alarm_id: str, location: str, household_id: int | None, *, part: bool = False
) -> None:
    """The person said where: from now on that is no guess. part: of whatever building; it takes no other place away."""
    known = connection.execute(select(alarm.c.location).where(alarm.c.id == alarm_id)).scalar_one() if part else None
    if known:
        connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(location=narrowed(known, location)))
        return
    connection.execute(
        update(alarm)
        .where(alarm.c.id == alarm_id)
        .values(location=location, location_confirmed=True, household_id=household_id)
    )


def guess_place(connection: Connection, alarm_id: str, location: str) -> None:
    """Where it may be, from what was reported just before; unconfirmed until somebody says so."""
    connection.execute(
        update(alarm)
        .where(alarm.c.id == alarm_id, alarm.c.location_confirmed.is_(False))
        .values(location=location, household_id=None)
    )


def tell_kind(connection: Connection, alarm_id: str, kind: str, real: datetime) -> None:
    """What a bare plea turned out to be."""
    found = _locked(connection, alarm_id)
    if found.kind != "plea" or kind == "plea":
        return
    if kind in QUIET_KINDS:
        quiet.turn(connection, alarm_id, real)
    else:
        _turn(connection, found, kind, real)
