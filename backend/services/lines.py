"""Calls on which no word is said, from somebody who lives alone or is old: a person looks after them (practice 15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select

from backend.models.people import address, resident
from backend.models.talk import conversation, message
from backend.services import bindings, calls, care, daily, stories
from bot.contract.conversation import Conversation
from bot.contract.messages import Address

STORY = "line"
# Two calls so close to each other that came to nothing, and so long after the second one whether they speak yet.
BETWEEN, WAITS = timedelta(minutes=10), timedelta(seconds=45)
# What was heard, as care.yml words it.
SILENT, MOANING = "silent_line", "moaning_line"
_NOTHING = ("start", "silence")


def whose(connection: Connection, talk: Conversation, sender: Address) -> int | None:
    """Who speaks, or the one who has this number: it proves nothing, and is enough to look after somebody."""
    if talk.resident is not None:
        return talk.resident.id
    return bindings.only_one(connection, talk.community.id, sender.number)


def is_old(connection: Connection, resident_id: int, now: datetime) -> bool:
    born = connection.execute(select(resident.c.birth_year).where(resident.c.id == resident_id)).scalar_one_or_none()
    return calls.is_old(born, now)


def is_at_risk(connection: Connection, resident_id: int, now: datetime) -> bool:
    alone = select(resident.c.lives_alone).where(resident.c.id == resident_id)
    return bool(connection.execute(alone).scalar_one_or_none()) or is_old(connection, resident_id, now)


def heard(
    connection: Connection, talk: Conversation, resident_id: int, cause: str, what: str, now: datetime, real: datetime
) -> None:
    """They are on the line and no word is heard: somebody phones or looks in. what: SILENT or MOANING."""
    words, once = care.said()[what], f"{STORY}:{cause}"[:300]
    daily.raise_check(connection, talk.community.id, resident_id, "check", words, once, now, real)


def called(connection: Connection, talk: Conversation, resident_id: int, cause: str, real: datetime) -> None:
    """A call begins; the second one within minutes after one that came to nothing is waited for."""
    number, since = talk.address.number, real - BETWEEN
    if not _came_to_nothing(connection, talk.community.id, number, since):
        return
    data = {"number": number, "resident": resident_id, "since": since.isoformat()}
    once = f"{STORY}:{talk.id}:{cause}"[:120]
    stories.begin(connection, talk.community.id, STORY, data, real + WAITS, once, real, conversation=talk.id)


def _came_to_nothing(connection: Connection, community: str, number: str, since: datetime) -> bool:
    """Two calls from there since then, and not a word or a key in them; each call may be a conversation of its own."""
    theirs = or_(address.c.user == number, address.c.user.startswith(f"{number}#", autoescape=True))
    talks = select(conversation.c.id).join(address, conversation.c.address_id == address.c.id)
    talks = talks.where(address.c.community_id == community, theirs)
    mine = (message.c.conversation_id.in_(talks), message.c.received_at >= since)
    rows = select(message.c.kind, func.count()).where(*mine).group_by(message.c.kind)
    kinds = {row[0]: row[1] for row in connection.execute(rows)}
    return kinds.get(_NOTHING[0], 0) >= 2 and not kinds.keys() - set(_NOTHING)


def dropped(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """The second one has come to nothing as well."""
    whose, since = data["resident"], datetime.fromisoformat(data["since"])
    community = connection.execute(select(resident.c.community_id).where(resident.c.id == whose)).scalar_one()
    if not _came_to_nothing(connection, community, data["number"], since):
        return False
    words = care.said()["dropped_line"]
    daily.raise_check(connection, community, whose, "check", words, f"{STORY}:{key}", now, real)
    return True
