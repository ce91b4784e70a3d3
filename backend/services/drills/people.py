"""Drills that people answer: those on duty each week, residents once a month, contacts once a quarter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from backend.models.people import contact, duty, resident
from backend.services import care, stories
from backend.services.drills import rows
from backend.services.ladder import reach
from backend.services.ringing import rows as rings
from bot.contract.messages import Address

# So far apart they are rung, so that an alarm in between finds the line free.
APART = timedelta(seconds=30)
AT_ONCE = 20
STORY = "drill_people"


Person = tuple[int, str, str | None, str | None]


def _on_duty(connection: Connection, community: str, after: int) -> list[Person]:
    rows_ = select(duty).where(duty.c.community_id == community, duty.c.id > after).order_by(duty.c.id).limit(AT_ONCE)
    return [(row.id, row.name, row.phone, None) for row in connection.execute(rows_)]


def _residents(connection: Connection, community: str, after: int) -> list[Person]:
    """Those for whom somebody has been named, or who live alone: whom an alarm is most likely to be about."""
    named = select(contact.c.resident_id).where(contact.c.community_id == community)
    rows_ = select(resident).where(resident.c.community_id == community, resident.c.left_at.is_(None))
    theirs = rows_.where(resident.c.lives_alone | resident.c.id.in_(named), resident.c.id > after)
    found = connection.execute(theirs.order_by(resident.c.id).limit(AT_ONCE))
    return [(row.id, row.name, row.phone, row.language) for row in found]


def _contacts(connection: Connection, community: str, after: int) -> list[Person]:
    rows_ = select(contact).where(contact.c.community_id == community, contact.c.id > after)
    found = connection.execute(rows_.order_by(contact.c.id).limit(AT_ONCE))
    return [(row.id, row.name, row.phone, None) for row in found]


_WHO: dict[str, Callable[[Connection, str, int], list[Person]]] = {
    rows.DUTY: _on_duty,
    rows.TEST: _residents,
    rows.NUMBER: _contacts,
}


@dataclass(frozen=True, slots=True)
class Batch:
    """first: when the first of all is rung; after: the last row that was looked at; begun: calls before these."""

    community: str
    kind: str
    slot: str
    first: datetime
    after: int = 0
    begun: int = 0


def begin(connection: Connection, community: str, kind: str, slot: str, real: datetime) -> int:
    """A call for each of them, one after the other; returns how many so far. Not more than `AT_ONCE` in a transaction,
    so that others come in between: the next of them are a story that is due."""
    return _some(connection, Batch(community, kind, slot, real), real)


def go_on(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    return bool(_some(connection, Batch(**{**data, "first": datetime.fromisoformat(data["first"])}), real))


def _some(connection: Connection, batch: Batch, real: datetime) -> int:
    found, begun = _WHO[batch.kind](connection, batch.community, batch.after), 0
    keys = [person[0] for person in found]
    spared = _spared(connection, batch.community, keys, real) if batch.kind == rows.TEST else frozenset()
    for person in found:
        if person[0] not in spared:
            at = max(real, batch.first + (batch.begun + begun) * APART)
            begun += ring(connection, batch.community, batch.kind, batch.slot, person, at, real)
    if len(found) == AT_ONCE:
        data = asdict(replace(batch, after=keys[-1], begun=batch.begun + begun)) | {"first": batch.first.isoformat()}
        once = f"{STORY}:{batch.community}:{batch.kind}:{batch.slot}:{keys[-1]}"[:120]
        stories.begin(connection, batch.community, STORY, data, real, once, real)
    return begun


def ring(
    connection: Connection,
    community: str,
    kind: str,
    slot: str,
    person: Person,
    at: datetime,
    real: datetime,
    *,
    asked: bool = False,
) -> bool:
    """False where this one was asked already in this slot. No number, or no line, is a failure by itself. asked: it is
    wished for just now, and waits for no better hour."""
    ref, name, phone, language = person
    ways = reach.of(connection, community)
    once = rows.cause(kind, community, ref, slot)
    key = rows.put(connection, rows.Wanted(community, kind, rows.PHONE, once, ref, name), at)
    if key is None:
        return False
    if not ways.voice or not reach.is_number(phone):
        rows.end(connection, key, rows.FAILED, reach.NO_NUMBER if ways.voice else reach.NO_CHANNEL, real)
        return True
    to = Address(reach.VOICE, phone or "", ways.voice)
    about = {"drill": key, "urgent": True} if asked else {"drill": key}
    call = rings.Wanted(community, rings.DRILL, to, f"drill:{key}", about, language)
    rings.place(connection, call, at, real, urgent=False)
    return True


def _spared(connection: Connection, community: str, keys: list[int], real: datetime) -> frozenset[int]:
    """Nobody is rung who is away, or must not be rung."""
    wishes = care.known(connection, community, keys)
    return frozenset(key for key, wish in wishes.items() if wish.deaf or care.is_away(wish, real.date()))
