"""Whom an alarm calls, and after how many seconds: the rules of the trade as data (practice 1, 2, 5, 9, 21)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.people import contact, duty, resident
from backend.services.ladder.steps import CONSOLE, CONTACT, DUTY, Step

# Seconds after the beginning of a round. A check is a task for one person, not a ladder.
RUNGS: tuple[int, ...] = (0, 30, 60, 120)
CHECK_SECONDS = 180
# Then nobody has answered: the person in danger is told so, in the first rounds, and it begins again, for hours.
EXHAUSTED_SECONDS = 180
ROUNDS, TOLD = 60, 3
# Whom to dial, by kind: on the board in red until somebody has done so.
DIALS = {"medical": "ambulance", "fall": "ambulance", "suicide": "ambulance", "fire": "fire", "gas": "fire"}
DIALS |= {"violence": "police", "child": "police"}
# A person decides whether the family hears of it.
NO_FAMILY = frozenset({"violence", "suicide", "check"})


def plan(connection: Connection, found: Record, *, heard: bool) -> list[Step]:
    """heard: an unlocked screen is there that would sound; without one the first duty number rings at once."""
    steps = [Step(0, CONSOLE, "", 0)]
    numbers = _numbers(connection, found.community_id)
    if found.kind == "check":
        return [*steps, *(Step(1 if heard else 0, DUTY, row.name, row.id) for row in numbers[:1])]
    first = 1 if heard else 0
    steps += [Step(min(first + place, 3), DUTY, row.name, row.id) for place, row in enumerate(numbers)]
    family = contacts(connection, found)
    steps += [Step(2 if place == 0 else 3, CONTACT, row.name, row.id) for place, row in enumerate(family)]
    return sorted(steps, key=lambda step: step.rung)


def at_once(planned: Iterable[Step]) -> list[Step]:
    """Nobody answered on any rung: there is no order any more."""
    return [replace(step, rung=0) for step in planned]


def due(found: Record, step: Step, since: datetime) -> datetime:
    seconds = CHECK_SECONDS if found.kind == "check" and step.rung else RUNGS[step.rung]
    return since + timedelta(seconds=seconds)


def _numbers(connection: Connection, community: str) -> list[Record]:
    rows = select(duty).where(duty.c.community_id == community).order_by(duty.c.rank)
    return list(connection.execute(rows))


def contacts(connection: Connection, found: Record) -> list[Record]:
    """Those of the person in danger, never of somebody who only calls: who speaks of another names another home, or
    nobody's contacts are rung before a person has said where."""
    if found.quiet or found.kind in NO_FAMILY:
        return []
    whose = select(resident.c.id).where(resident.c.community_id == found.community_id)
    if found.who is None and (found.household_id is not None or not found.location_confirmed):
        whose = whose.where(resident.c.id == found.reporter_id)
    elif found.household_id is not None and found.location_confirmed:
        whose = whose.where(resident.c.household_id == found.household_id, resident.c.id != (found.reporter_id or 0))
    else:
        return []
    rows = select(contact).where(contact.c.community_id == found.community_id, contact.c.resident_id.in_(whose))
    return list(connection.execute(rows.order_by(contact.c.rank)))
