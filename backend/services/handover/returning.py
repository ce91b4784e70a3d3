"""Work that its owner left lying goes back to its old place in the queue, and the resident is told so (practice 25)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from backend.db import Record
from backend.models.staff import handover
from backend.models.talk import message
from backend.services import outbox, stories
from backend.services.handover.held import held_from, lock, note
from backend.services.handover.queue import HELD, WAITING, entry, position
from backend.services.staff import Clerk
from bot.contract.text import Param, Text, t

STORY = "idle"
# The bot answers after three minutes; after so many somebody else may take it.
RETURNS_AFTER = timedelta(minutes=10)
RETURNED = t(
    "{name} cannot go on at the moment. You are number {place} in the queue and keep your turn; I am here meanwhile."
)


def watch(connection: Connection, row: Record, real: datetime) -> None:
    """Somebody has just taken it: look again whether they are still there."""
    _look_again(connection, row, real + RETURNS_AFTER, real)


def _look_again(connection: Connection, row: Record, until: datetime, real: datetime) -> None:
    data = {"handover": row.id, "claimed": row.claimed_at.isoformat()}
    once = f"{STORY}:{row.id}:{until.isoformat()}"
    stories.begin(connection, row.community_id, STORY, data, until, once, real)


def idle(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """The story's end: our rows decide whether anybody has been left without an answer."""
    found = connection.execute(select(handover).where(handover.c.id == data["handover"])).one()
    if found.state != HELD or found.claimed_at.isoformat() != data["claimed"]:
        return False
    if _is_lost(connection, found, real):
        return _give_back(connection, found, real)
    _look_again(connection, found, max(_due(found), real + RETURNS_AFTER / 2), real)
    return False


def return_idle(connection: Connection, community: str, real: datetime) -> int:
    """Every hold of a community whose owner was lost; returns how many went back."""
    held = (handover.c.community_id == community, handover.c.state == HELD)
    rows = connection.execute(select(handover).where(*held).order_by(handover.c.id)).all()
    return sum(_give_back(connection, row, real) for row in rows if _is_lost(connection, row, real))


def end_shift(connection: Connection, clerk: Clerk, real: datetime) -> int:
    """They go home: whatever they held is for those who stay."""
    mine = (handover.c.community_id == clerk.community, handover.c.state == HELD, handover.c.owner_id == clerk.id)
    rows = connection.execute(select(handover).where(*mine).order_by(handover.c.id)).all()
    return sum(_give_back(connection, row, real) for row in rows)


def _due(row: Record) -> datetime:
    since: datetime = row.last_human_at or row.claimed_at
    return max(since, row.snoozed_until or since) + RETURNS_AFTER


def _is_lost(connection: Connection, row: Record, real: datetime) -> bool:
    """Nothing from the owner for that long, though the resident waits for a word."""
    if real < _due(row):
        return False
    if row.last_human_at is None:
        return True
    said = select(func.max(message.c.received_at)).where(message.c.conversation_id == row.conversation_id)
    newest = connection.execute(said).scalar_one_or_none()
    return newest is not None and newest > row.last_human_at


def _give_back(connection: Connection, row: Record, real: datetime) -> bool:
    talk = lock(connection, row.community_id, row.conversation_id)
    same = update(handover).where(handover.c.id == row.id, handover.c.version == row.version, handover.c.state == HELD)
    changes = {"state": WAITING, "owner_id": None, "claimed_at": None, "last_human_at": None, "snoozed_until": None}
    counted = {"returned": row.returned + 1, "version": row.version + 1}
    if connection.execute(same.values(**changes, **counted)).rowcount == 0:
        return False
    found = entry(connection, row.community_id, row.id)
    before = _owner(talk)
    note(connection, talk, real, with_staff=True, held=None, event=("returned", {"by": before}))
    if found is not None:
        params: dict[str, Param] = {"name": before, "place": position(connection, found)}
        outbox.push(connection, talk.id, Text(RETURNED.msgid, params), f"handover:{row.id}:{row.version + 1}", real)
    return True


def _owner(talk: Record) -> str:
    """Who held it, as the resident saw them."""
    held = held_from(talk.state)
    return held.shown(talk.language) if held else ""
