"""Whom an alarm calls, and after how many seconds: the rules of the trade as data (practice 1, 2, 5, 9, 21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.people import contact, resident
from backend.services import alarm_rows, callees, care, communities
from backend.services.ladder import reach
from backend.services.ladder.steps import CONSOLE, CONTACT, DUTY, FIRM, GUARD, WEARER, Step
from backend.services.ladder.steps import of as rows_of

# Seconds after the beginning of a round. A check is a task for one person, not a ladder.
RUNGS: tuple[int, ...] = (0, 30, 60, 120)
CHECK_SECONDS = 180
# Then nobody has answered: the person in danger is told so, in the first rounds, and it begins again, for hours.
EXHAUSTED_SECONDS = 180
ROUNDS, TOLD = 60, 3
# Whom to dial, by kind: on the board in red until somebody has done so.
DIALS = {"medical": "ambulance", "fall": "ambulance", "suicide": "ambulance", "fire": "fire", "gas": "fire"}
DIALS |= {"violence": "police", "child": "police"}
LAST = len(RUNGS) - 1
# The guard room is rung in the first second, but where a person must decide who hears of it (practice 2, 9).
NO_GUARD = frozenset({"violence", "suicide", "check"})
# Who may be called back, on which rung; of a device, whose wearer is asked first, all but gas may ring.
CALLS_BACK, BACK = frozenset({"plea", "fall", "medical", "child", "lift"}), 2
NO_RING = frozenset({"gas", "suicide", "violence", "check"})
# A person decides whether the family hears of it.
NO_FAMILY = frozenset({"violence", "suicide", "check"})


def dials(emergency: Mapping[str, str], kind: str) -> str:
    """The number that people dial themselves for this kind of alarm."""
    return emergency[DIALS.get(kind, "ambulance")]


def plan(connection: Connection, found: Record, now: datetime, *, heard: bool) -> list[Step]:
    """Two ladders side by side, family and staff. heard: an unlocked screen is there that would sound; without one the
    first duty number rings at once."""
    steps = [Step(0, CONSOLE, "", 0)]
    numbers = callees.phones(connection, found.community_id)
    first = 1 if heard else 0
    if found.kind == "check":
        return [*steps, *_knocks(connection, found), *(Step(first, DUTY, row.name, row.id) for row in numbers[:1])]
    ways = reach.of(connection, found.community_id)
    if ways.trained and found.kind == "suicide":
        steps += _trained(connection, found, ways, now)
    guard = ways.guard
    if guard and found.kind not in NO_GUARD:
        steps.append(Step(0, GUARD, guard["name"], 0, guard["phone"]))
    steps += [*themselves(connection, found), *_firm(connection, found)]
    steps += [Step(min(first + place, LAST), DUTY, row.name, row.id) for place, row in enumerate(numbers)]
    family = contacts(connection, found)
    steps += [Step(min(place, LAST), CONTACT, row.name, row.id) for place, row in enumerate(family)]
    return sorted(steps, key=lambda step: step.rung)


def _trained(connection: Connection, found: Record, ways: reach.Reach, now: datetime) -> list[Step]:
    """By their rota; whoever does not have it just now comes after them (practice 9)."""
    here = communities.here(connection, found.community_id, now)
    return [
        Step(0 if has_rota(one, here) else 1, DUTY, one["name"], -place, one["phone"])
        for place, one in enumerate(ways.trained, 1)
    ]


def has_rota(one: Mapping[str, Any], here: datetime) -> bool:
    """here: the community's own time. Hours over midnight belong to the day on which they begin."""
    days, (begins, ends) = one.get("days") or range(1, 8), one.get("hours", "00:00-24:00").split("-")
    at, today = f"{here:%H:%M}", here.isoweekday()
    if begins < ends:
        return today in days and begins <= at < ends
    return (today in days and at >= begins) or ((today - 2) % 7 + 1 in days and at < ends)


def themselves(connection: Connection, found: Record) -> list[Step]:
    """Whose button it was, or whose home, is rung first; who called for help in words is called back, with care: while
    nobody has said that they are going, and never where a ringing phone does harm (practice 7, 12)."""
    if found.quiet or found.reporter_id is None or found.kind in NO_RING:
        return []
    pressed = found.channel == alarm_rows.DEVICE
    if not pressed and (found.who is not None or found.kind not in CALLS_BACK):
        return []
    row = connection.execute(select(resident).where(resident.c.id == found.reporter_id)).one()
    return [Step(0 if pressed else BACK, WEARER, row.name, row.id, row.phone)] if row.phone or pressed else []


def _firm(connection: Connection, found: Record) -> list[Step]:
    """A lift's firm, once its sticker was told, is rung again in each round like everybody else."""
    if found.kind != "lift":
        return []
    known = [row for row in rows_of(connection, found.id) if row.kind == FIRM]
    return [Step(0, FIRM, row.name, 0, row.number) for row in known[:1]]


def _knocks(connection: Connection, found: Record) -> list[Step]:
    """Whoever promised to knock where they do not answer (practice 20)."""
    row = care.of(connection, found.community_id, found.reporter_id) if found.reporter_id is not None else None
    return [Step(0, CONTACT, row.knocks, 0, row.knocks_phone)] if row is not None and row.knocks_phone else []


def at_once(planned: Iterable[Step]) -> list[Step]:
    """Nobody answered on any rung: there is no order any more; only whoever is in danger is not rung sooner again."""
    return [step if step.kind == WEARER else replace(step, rung=0) for step in planned]


def due(found: Record, step: Step, since: datetime) -> datetime:
    seconds = CHECK_SECONDS if found.kind == "check" and step.rung else RUNGS[step.rung]
    return since + timedelta(seconds=seconds)


def contacts(connection: Connection, found: Record) -> list[Record]:
    """Those of the person in danger, never of somebody who only calls: who speaks of another names another home, or
    nobody's contacts are rung before a person has said where."""
    if found.quiet or found.kind in NO_FAMILY:
        return []
    whose = select(resident.c.id).where(resident.c.community_id == found.community_id)
    if found.reporter_id is None and found.household_id is not None:
        whose = whose.where(resident.c.household_id == found.household_id)
    elif found.who is None and (found.household_id is not None or not found.location_confirmed):
        whose = whose.where(resident.c.id == found.reporter_id)
    elif found.household_id is not None and found.location_confirmed:
        whose = whose.where(resident.c.household_id == found.household_id, resident.c.id != (found.reporter_id or 0))
    else:
        return []
    rows = select(contact).where(contact.c.community_id == found.community_id, contact.c.resident_id.in_(whose))
    if found.kind == "gas":
        # No phone rings where gas may be: whoever lives there is not called (practice 7).
        there = select(resident.c.phone).where(
            resident.c.household_id == found.household_id, resident.c.phone.is_not(None)
        )
        rows = rows.where(contact.c.phone.not_in(there))
    return list(connection.execute(rows.order_by(contact.c.rank)))
