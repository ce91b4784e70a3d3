"""Whether somebody may still be rung, and hear of it, by what is known of the alarm now: it may have turned worse."""

from __future__ import annotations

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.people import resident
from backend.services.ladder import plan
from backend.services.ladder.steps import CONTACT, FAMILY, GUARD, WEARER

QUIET, KIND = "quiet", "kind"
# Whoever promised to knock is called for a check, and a check alone is known by whoever is asked to look.
_NO_FAMILY = plan.NO_FAMILY - {"check"}


def not_now(connection: Connection, found: Record, step: Record) -> str:
    """Why this one is not rung any more, "" where they may be (practice 2, 7, 9, 12)."""
    if step.kind in (CONTACT, WEARER) and found.quiet:
        return QUIET
    if step.kind == CONTACT:
        harms = not may_know(step, found) or (found.kind == "gas" and _lives_there(connection, found, step))
        return KIND if harms else ""
    if step.kind == WEARER:
        return "" if plan.themselves(connection, found) else KIND
    return KIND if step.kind == GUARD and found.kind in plan.NO_GUARD else ""


def may_know(step: Record, found: Record) -> bool:
    """A quiet alarm is for the people on duty alone; of who does not want to live a person decides who hears."""
    return step.kind not in FAMILY or not (found.quiet or found.kind in _NO_FAMILY)


def _lives_there(connection: Connection, found: Record, step: Record) -> bool:
    """Their phone would ring where gas may be."""
    there = (resident.c.household_id == found.household_id, resident.c.phone == step.phone)
    return connection.execute(select(resident.c.id).where(*there).limit(1)).first() is not None
