"""Each call is a conversation of its own: what was told in one is not heard by whoever shows the same number next.

Only what was left unfinished a moment ago goes on, for a call that dropped, and how somebody likes to be spoken to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.people import address, resident
from backend.models.talk import conversation
from backend.services import alarms, bindings, conversations
from backend.services.conversations import Binding
from bot.contract.conversation import ALWAYS
from bot.contract.messages import Address

KEY = "session"
# So long after the last word a call from the same number goes on where the one before it broke off.
RESUMES = timedelta(minutes=10)
_MANNER = ("slow", "ready", "person")
# From this age on nobody is left to wait for the keys.
OLD = 65
_UNFINISHED = ("asked", "offered", "page")


def address_of(connection: Connection, who: Address, session: str, binding: Binding, real: datetime) -> Address:
    """Under which address the conversation of this call stands; of a new call it is begun here, of an old one found."""
    row = conversations.lock(connection, who)
    if row is None or row.state.get(KEY, "") in ("", session):
        return who
    past = replace(who, user=_past(who.user, session))
    if conversations.find(connection, past) is not None:
        return past
    if alarms.open_of(connection, who) is not None:
        # Whoever cried for help and calls again is in the same need; that it is them, their number does not prove.
        _nobody_proved(connection, who)
        return who
    _set_aside(connection, who, row.state.get(KEY, ""))
    conversations.begin(connection, who, binding, real)
    fresh = conversations.lock(connection, who)
    if fresh is not None:
        _carry(connection, row, fresh.id, real)
    return who


def manner_of(connection: Connection, community: str, phone: str, now: datetime) -> tuple[bool, bool, str]:
    """Whether somebody with this number wants it slow, whether somebody is old, and whether they wish for a person
    first: how we speak, and no more."""
    people = bindings.by_phone(connection, community, phone)
    known = select(resident.c.slow, resident.c.birth_year, resident.c.person).where(resident.c.id.in_(people))
    rows = connection.execute(known).all()
    old = any(is_old(row.birth_year, now) for row in rows)
    wishes = {row.person for row in rows if row.person}
    return any(row.slow for row in rows), old, ALWAYS if ALWAYS in wishes else next(iter(wishes), "")


def is_old(birth_year: int | None, now: datetime) -> bool:
    """By the year alone, which is all that is on file; nobody of whom that is not known."""
    return birth_year is not None and now.year - birth_year >= OLD


def person_first(connection: Connection, who: int, wish: str) -> None:
    """Said by the resident themselves; the desk sees it on their page, and can change it there."""
    them = update(resident).where(resident.c.id == who, resident.c.left_at.is_(None))
    connection.execute(them.values(person=wish, version=resident.c.version + 1))


def _past(user: str, session: str) -> str:
    return f"{user}#{session}"[:200]


def _mine(who: Address) -> tuple[Any, ...]:
    return address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user


def _nobody_proved(connection: Connection, who: Address) -> None:
    connection.execute(update(address).where(*_mine(who)).values(resident_id=None, verified_at=None))


def _set_aside(connection: Connection, who: Address, session: str) -> None:
    connection.execute(update(address).where(*_mine(who)).values(user=_past(who.user, session)))


def _carry(connection: Connection, before: Record, to: int, real: datetime) -> None:
    """What a PIN had opened is left behind: the next caller has not keyed it."""
    state: dict[str, object] = {name: before.state[name] for name in _MANNER if name in before.state}
    if before.verified_at is None and real - before.updated_at <= RESUMES:
        state |= _unfinished(before.state)
    kept = update(conversation).where(conversation.c.id == to)
    connection.execute(kept.values(state=state, language=before.language))


def _unfinished(state: Mapping[str, Any]) -> dict[str, object]:
    frames = [frame for frame in state.get("frames", ()) if not (frame.get("case_no") or frame.get("lingers"))]
    if not frames or len(frames) < len(state.get("frames", ())):
        return {}
    return {"frames": frames} | {name: state[name] for name in _UNFINISHED if name in state}
