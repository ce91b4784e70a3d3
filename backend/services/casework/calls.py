"""Calls after the end: safety cases and unhappy residents are called, and what they said is written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, update

from backend.db import Record
from backend.models.people import household, resident
from backend.models.work import case
from backend.services import cases
from backend.services.acting import Actor
from backend.services.casework import record
from backend.services.closing import SAFETY
from bot.contract.errors import Refused
from bot.contract.text import Text, t

UNHAPPY = 2
# What is longer ago is not called about any more.
BACK = timedelta(days=30)
AGAIN = timedelta(hours=20)
ENDED = ("fixed", "answered", "closed")
OUTCOMES: dict[str, Text] = {
    "happy": t("Content", context="call"),
    "unhappy": t("Not content, noted", context="call"),
    "again": t("Not fixed: open it again", context="call"),
    "unreached": t("Nobody answered, try tomorrow", context="call"),
}
LIMIT = 100


def due(connection: Connection, community: str, now: datetime) -> list[Record]:
    """Those to be called today, the unhappy first, then by age."""
    rows = _due(community, now)
    return list(connection.execute(rows.order_by(case.c.rating.is_(None), case.c.rating, case.c.id)))


def count(connection: Connection, community: str, now: datetime) -> int:
    """How many of `due` there are."""
    found = _due(community, now).with_only_columns(case.c.id).subquery()
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())


def _due(community: str, now: datetime) -> Select[Any]:
    why = or_(case.c.rating <= UNHAPPY, case.c.priority == "urgent", case.c.category.in_(SAFETY))
    mine = (case.c.community_id == community, case.c.state.in_(ENDED), case.c.called_at.is_(None), why)
    when = (case.c.updated_at > now - BACK, or_(case.c.call_after.is_(None), case.c.call_after <= now))
    named = (resident.c.name.label("resident"), resident.c.phone, household.c.label.label("home"))
    joined = case.outerjoin(resident, case.c.resident_id == resident.c.id)
    joined = joined.outerjoin(household, case.c.household_id == household.c.id)
    return select(case, *named).select_from(joined).where(*mine, *when).limit(LIMIT)


def note(connection: Connection, who: Actor, number: str, outcome: str, words: str) -> None:
    """What the call came to; whoever says that it is not fixed has their case opened again."""
    found = record.find(connection, who.community, number)
    if outcome not in OUTCOMES or (outcome == "unhappy" and not words):
        raise Refused("what came of it?", t("Please say in a few words what came of it."), pointer="/text")
    if found.state not in ENDED:
        raise Refused("it runs again", t("This case runs again; nobody needs to be called."), status=409)
    reached = outcome != "unreached"
    values = {"called_at": who.now} if reached else {"call_after": who.now + AGAIN}
    connection.execute(update(case).where(case.c.id == found.id).values(**values))
    record.note(connection, found, "called", who.name, words or None, who.now, {"outcome": outcome})
    if outcome == "again":
        cases.again(connection, found, words, who.now, who.real)
        connection.execute(update(case).where(case.c.id == found.id).values(called_at=None, call_after=None))
