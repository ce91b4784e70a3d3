"""Who waits for a person, in which place, and for how long that has taken lately."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from backend import wake
from backend.db import Record
from backend.models.people import address, household, resident
from backend.models.staff import handover, staff
from backend.models.talk import conversation

WAITING, HELD, ENDED = "waiting", "held", "ended"
STATES = (WAITING, HELD, ENDED)
# What the waiting time is reckoned from: so many pick-ups of so many days, and never from fewer than the least.
NEWEST, DAYS, LEAST = 20, timedelta(days=7), 3
# Three of four were answered within the time that is told.
OF_HUNDRED = 75

_OPEN_OF = select(handover).where(handover.c.conversation_id == bindparam("conversation"), handover.c.state != ENDED)
_PUT = insert(handover).inline()
_BEFORE = select(func.count()).where(
    handover.c.community_id == bindparam("community"),
    handover.c.state == WAITING,
    handover.c.id < bindparam("key"),
)
_PICKED_UP = (
    select(handover.c.requested_at, handover.c.picked_up_at)
    .where(handover.c.community_id == bindparam("community"), handover.c.picked_up_at >= bindparam("since"))
    .where(handover.c.reason != "staff")
    .order_by(handover.c.picked_up_at.desc())
    .limit(NEWEST)
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person is asked for. reason: asked, anger, silence, danger, or staff who came by themselves;
    flow: what was open; case: the call-back that keeps it; note: what colleagues should know."""

    community: str
    conversation: int
    reason: str
    flow: str | None = None
    case: str | None = None
    team: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """state: waiting or held; place: 1 is the next one; minutes: how long it lately took, None where too few are known;
    owner: the clerk's number while somebody holds it; new: asked for just now."""

    id: int
    state: str
    place: int
    minutes: int | None
    owner: int | None = None
    new: bool = False


def request(connection: Connection, ask: Ask, real: datetime) -> Standing:
    """Ask for a person; a conversation that waits or is held keeps its place. The caller holds the conversation."""
    known = of_conversation(connection, ask.conversation)
    if known is not None:
        return standing(connection, known, real)
    row = {
        "community_id": ask.community,
        "conversation_id": ask.conversation,
        "case_id": ask.case,
        "reason": ask.reason,
        "flow": ask.flow,
        "note": ask.note,
        "team": ask.team,
        "requested_at": real,
        "state": WAITING,
        "returned": 0,
        "version": 1,
    }
    connection.execute(_PUT, row)
    wake.after_commit(connection, wake.desk(ask.community))
    made = connection.execute(_OPEN_OF, {"conversation": ask.conversation}).one()
    found = standing(connection, made, real)
    return Standing(found.id, found.state, found.place, found.minutes, new=True)


def drop(connection: Connection, case: str, real: datetime) -> None:
    """The resident needs nobody any more: what only waited is over; the caller holds the conversation."""
    waiting = update(handover).where(handover.c.case_id == case, handover.c.state == WAITING)
    over = waiting.values(state=ENDED, outcome="withdrawn", ended_at=real, version=handover.c.version + 1)
    for row in connection.execute(over.returning(handover.c.community_id)).all():
        wake.after_commit(connection, wake.desk(row.community_id))


def of_conversation(connection: Connection, conversation_id: int) -> Record | None:
    """The open handover of a conversation, if a person was asked for."""
    return connection.execute(_OPEN_OF, {"conversation": conversation_id}).one_or_none()


def standing(connection: Connection, row: Record, real: datetime) -> Standing:
    place = position(connection, row) if row.state == WAITING else 0
    return Standing(row.id, row.state, place, minutes(connection, row.community_id, real), row.owner_id)


def position(connection: Connection, row: Record) -> int:
    """1 for the one who is next."""
    before = connection.execute(_BEFORE, {"community": row.community_id, "key": row.id}).scalar_one()
    return int(before) + 1


def minutes(connection: Connection, community: str, real: datetime) -> int | None:
    """Within how many minutes three of four were answered lately; None where nobody could know that honestly."""
    rows = connection.execute(_PICKED_UP, {"community": community, "since": real - DAYS}).all()
    if len(rows) < LEAST:
        return None
    waits: list[float] = sorted((row.picked_up_at - row.requested_at).total_seconds() for row in rows)
    typical = waits[math.ceil(len(waits) * OF_HUNDRED / 100) - 1]
    return max(1, math.ceil(typical / 60))


def _entries(community: str) -> Select[Any]:
    joined = (
        handover.join(conversation, handover.c.conversation_id == conversation.c.id)
        .join(address, conversation.c.address_id == address.c.id)
        .outerjoin(resident, address.c.resident_id == resident.c.id)
        .outerjoin(household, resident.c.household_id == household.c.id)
        .outerjoin(staff, handover.c.owner_id == staff.c.id)
    )
    columns = (
        address.c.channel,
        address.c.account,
        address.c.user.label("sender"),
        conversation.c.language,
        conversation.c.updated_at,
        resident.c.id.label("resident_id"),
        household.c.label.label("home"),
        staff.c.name.label("owner_name"),
        staff.c.shown_as.label("owner_shown"),
    )
    return select(handover, *columns).select_from(joined).where(handover.c.community_id == community)


def open_list(
    connection: Connection,
    community: str,
    *,
    state: str | None = None,
    owner: int | None = None,
    team: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Record]:
    """What waits and what is held, the longest waiting first; after: the last id that was seen."""
    rows = _entries(community).where(handover.c.id > after)
    rows = rows.where(handover.c.state == state) if state else rows.where(handover.c.state != ENDED)
    if owner is not None:
        rows = rows.where(handover.c.owner_id == owner)
    if team is not None:
        rows = rows.where(handover.c.team == team)
    return list(connection.execute(rows.order_by(handover.c.id).limit(limit)))


def entry(connection: Connection, community: str, key: int) -> Record | None:
    """One of them with its conversation's address, whatever became of it."""
    return connection.execute(_entries(community).where(handover.c.id == key)).one_or_none()
