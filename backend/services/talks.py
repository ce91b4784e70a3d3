"""Conversations as the desk and integrators read them: who speaks, who holds it, and every line in its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, false, func, select

from backend.db import Record
from backend.models.people import address, household, resident
from backend.models.staff import handover, staff
from backend.models.talk import conversation, message
from backend.services import tracker
from backend.services.handover.queue import ENDED
from backend.services.listing import Page, paged

_BEGAN = select(func.min(message.c.received_at)).where(message.c.conversation_id == conversation.c.id).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Said:
    """by: "resident", "bot" or the name of a person as residents see it."""

    at: datetime
    by: str
    text: str


def _rows(community: str) -> Select[Any]:
    still = (handover.c.conversation_id == conversation.c.id) & (handover.c.state != ENDED)
    joined = (
        conversation.join(address, conversation.c.address_id == address.c.id)
        .outerjoin(resident, address.c.resident_id == resident.c.id)
        .outerjoin(household, resident.c.household_id == household.c.id)
        .outerjoin(handover, still)
        .outerjoin(staff, handover.c.owner_id == staff.c.id)
    )
    columns = (
        *(conversation.c.id, conversation.c.community_id, conversation.c.language, conversation.c.with_staff),
        *(conversation.c.updated_at, address.c.channel, address.c.account, address.c.user.label("sender")),
        household.c.label.label("home"),
        *(handover.c.id.label("handover"), handover.c.state, handover.c.reason, handover.c.flow),
        *(handover.c.requested_at, staff.c.login, _BEGAN.label("began")),
    )
    return select(*columns).select_from(joined).where(conversation.c.community_id == community)


def listed(
    connection: Connection, community: str, state: str | None, channel: str | None, cursor: str | None, limit: int
) -> Page:
    """Newest first. state: "bot", "waiting" or "held"."""
    rows = _rows(community)
    if state == "bot":
        rows = rows.where(handover.c.id.is_(None))
    elif state is not None:
        rows = rows.where(handover.c.state == state)
    if channel is not None:
        rows = rows.where(address.c.channel == channel)
    if cursor is not None:
        known = cursor.isascii() and cursor.isdecimal() and len(cursor) < 18
        rows = rows.where(conversation.c.id < int(cursor) if known else false())
    return paged(connection.execute(rows.order_by(conversation.c.id.desc()).limit(limit + 1)).all(), limit)


def of_sender(connection: Connection, community: str, sender: str, channel: str | None) -> Record | None:
    """The one of this sender; where the same name speaks on several channels, the one that spoke last."""
    rows = _rows(community).where(address.c.user == sender)
    if channel is not None:
        rows = rows.where(address.c.channel == channel)
    return connection.execute(rows.order_by(conversation.c.updated_at.desc()).limit(1)).one_or_none()


def lines(connection: Connection, conversation_id: int) -> list[Said]:
    """Everything that was said in it, oldest first."""
    found: list[tuple[int, Said]] = []
    for row in tracker.messages(connection, conversation_id):
        text = row.text or (row.payload or {}).get("choice", "")
        found.append((row.seq, Said(row.received_at, "resident", text)))
    for row in tracker.replies(connection, conversation_id):
        text = "\n".join(words(part) for part in row.body["parts"])
        found.append((row.seq, Said(row.created_at, row.body.get("by", "bot"), text)))
    return [said for _, said in sorted(found, key=lambda pair: pair[0])]


def words(part: Mapping[str, Any]) -> str:
    """A part as it lies in the outbox, in words."""
    names = ("words", "text", "choices", "link", "alt")
    return str(next((part[name] for name in names if part.get(name)), ""))
