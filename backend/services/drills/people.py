"""Drills that people answer: those on duty each week, residents once a month, contacts once a quarter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from backend.models.people import contact, duty, resident
from backend.services import care
from backend.services.drills import rows
from backend.services.ladder import reach
from backend.services.ringing import rows as rings
from bot.contract.messages import Address

# So far apart they are rung, so that an alarm in between finds the line free.
APART = timedelta(seconds=30)


def _on_duty(connection: Connection, community: str, day: date) -> Iterator[tuple[int, str, str | None, str | None]]:
    for row in connection.execute(select(duty).where(duty.c.community_id == community).order_by(duty.c.rank)):
        yield row.id, row.name, row.phone, None


def _residents(connection: Connection, community: str, day: date) -> Iterator[tuple[int, str, str | None, str | None]]:
    """Those for whom somebody has been named, or who live alone: whom an alarm is most likely to be about.
    Nobody who is away, or must not be rung."""
    named = select(contact.c.resident_id).where(contact.c.community_id == community)
    rows_ = select(resident).where(resident.c.community_id == community, resident.c.left_at.is_(None))
    theirs = rows_.where(resident.c.lives_alone | resident.c.id.in_(named)).order_by(resident.c.id)
    found = list(connection.execute(theirs))
    wishes = care.known(connection, community, [row.id for row in found])
    for row in found:
        wish = wishes.get(row.id)
        if wish is None or not (wish.deaf or care.is_away(wish, day)):
            yield row.id, row.name, row.phone, row.language


def _contacts(connection: Connection, community: str, day: date) -> Iterator[tuple[int, str, str | None, str | None]]:
    for row in connection.execute(select(contact).where(contact.c.community_id == community).order_by(contact.c.id)):
        yield row.id, row.name, row.phone, None


_WHO: dict[str, Callable[[Connection, str, date], Iterator[tuple[int, str, str | None, str | None]]]] = {
    rows.DUTY: _on_duty,
    rows.TEST: _residents,
    rows.NUMBER: _contacts,
}


def begin(connection: Connection, community: str, kind: str, slot: str, real: datetime) -> int:
    """A call for each of them, one after the other; returns how many. No number, or no line, is a failure by itself."""
    ways = reach.of(connection, community)
    begun = 0
    for ref, name, phone, language in _WHO[kind](connection, community, real.date()):
        wanted = rows.Wanted(community, kind, rows.PHONE, f"{kind}:{community}:{ref}:{slot}", ref, name)
        at = real + begun * APART
        key = rows.put(connection, wanted, at)
        if key is None:
            continue
        begun += 1
        if not ways.voice or not reach.is_number(phone):
            rows.end(connection, key, rows.FAILED, reach.NO_NUMBER if ways.voice else reach.NO_CHANNEL, real)
            continue
        to = Address(reach.VOICE, phone or "", ways.voice)
        call = rings.Wanted(community, rings.DRILL, to, f"drill:{key}", {"drill": key}, language)
        rings.place(connection, call, at, real, urgent=False)
    return begun
