"""Who may act for whom, for what and until when: granted by the one it concerns, taken back by a word (beyond M)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, or_, select, update

from backend.db import Record
from backend.models.people import address, building, household, proxy, resident
from backend.models.talk import conversation
from backend.services import outbox
from bot.contract.conversation import Home, Resident
from bot.contract.errors import Refused
from bot.contract.text import Text

_NO_DIGIT = re.compile(r"\D+")
BOOK, PAY, FOLLOW, ALARM = "book", "pay", "follow", "alarm"
SCOPES = (BOOK, PAY, FOLLOW, ALARM)


@dataclass(frozen=True, slots=True)
class Proxy:
    """whom: the other one, the principal or the agent, as it was asked; kin: what they are to the agent, such as
    "mother", where that was said."""

    id: int
    whom: Resident
    scopes: frozenset[str]
    kin: str | None


def holding(community: Any, real: Any) -> tuple[ColumnElement[bool], ...]:
    """Neither taken back nor over. community, real: values, or where they will stand in a statement."""
    lasts = or_(proxy.c.expires_at.is_(None), proxy.c.expires_at > real)
    return proxy.c.community_id == community, proxy.c.revoked_at.is_(None), lasts


def _rows(whom: Any) -> Select[Any]:
    joined = (
        proxy.join(resident, whom == resident.c.id)
        .outerjoin(household, resident.c.household_id == household.c.id)
        .outerjoin(building, household.c.building_id == building.c.id)
    )
    columns = (
        *(proxy.c.id, proxy.c.scopes, resident.c.id.label("who"), resident.c.name, resident.c.phone),
        *(household.c.id.label("home"), household.c.label, household.c.unit, household.c.room),
        building.c.number.label("building"),
    )
    return (
        select(*columns)
        .select_from(joined)
        .where(*holding(bindparam("community"), bindparam("real")))
        .order_by(proxy.c.id)
    )


_PRINCIPALS = _rows(proxy.c.principal_id).where(proxy.c.agent_id == bindparam("agent"))
_FOR_WHOM, _ONE = _PRINCIPALS, _PRINCIPALS.where(proxy.c.id == bindparam("key"))
_BY_WHOM = _rows(proxy.c.agent_id).where(proxy.c.principal_id == bindparam("principal"))


def for_whom(connection: Connection, community: str, agent: int, real: datetime) -> list[Proxy]:
    """Those for whom this resident may act today."""
    return _found(connection, _FOR_WHOM, community=community, agent=agent, real=real)


def by_whom(connection: Connection, community: str, principal: int, real: datetime) -> list[Proxy]:
    """Those who may act for this resident today."""
    return _found(connection, _BY_WHOM, community=community, principal=principal, real=real)


def one(connection: Connection, community: str, key: int, agent: int, real: datetime) -> Proxy | None:
    """The permission itself, None as soon as it was taken back."""
    return next(iter(_found(connection, _ONE, community=community, key=key, agent=agent, real=real)), None)


def _found(connection: Connection, rows: Select[Any], **known: object) -> list[Proxy]:
    return [_proxy(row) for row in connection.execute(rows, known)]


def _proxy(row: Record) -> Proxy:
    home = Home(row.home, row.label, row.building, row.unit, row.room) if row.home is not None else None
    whom = Resident(row.who, row.name, row.phone, home, True)
    return Proxy(row.id, whom, frozenset(row.scopes["may"]), row.scopes["kin"])


def grant(
    connection: Connection,
    community: str,
    principal: int,
    agent: int,
    scopes: Sequence[str],
    kin: str | None,
    real: datetime,
    expires: datetime | None = None,
) -> None:
    """The principal's own word, or the desk's after seeing them; an earlier one between the two is replaced."""
    if principal == agent or not set(scopes) <= set(SCOPES):
        raise Refused("nobody is their own proxy", pointer="/scopes")
    between = (proxy.c.principal_id == principal, proxy.c.agent_id == agent, proxy.c.revoked_at.is_(None))
    connection.execute(update(proxy).where(*between).values(revoked_at=real))
    row = {"community_id": community, "principal_id": principal, "agent_id": agent, "granted_at": real}
    row |= {"scopes": {"may": list(scopes), "kin": kin}, "expires_at": expires}
    connection.execute(insert(proxy), row)


def revoke(connection: Connection, community: str, key: int, who: int, real: datetime) -> None:
    """By either of the two."""
    theirs = or_(proxy.c.principal_id == who, proxy.c.agent_id == who)
    mine = update(proxy).where(proxy.c.id == key, proxy.c.community_id == community, theirs)
    connection.execute(mine.values(revoked_at=real))


def named(connection: Connection, community: str, text: str, but: int) -> list[Resident]:
    """Residents whose name or phone stands in these words; but: never the speaker."""
    rows = select(resident).where(resident.c.community_id == community, resident.c.id != but)
    said, digits = text.casefold(), _NO_DIGIT.sub("", text)
    found = [
        row for row in connection.execute(rows) if _stands(row.name.casefold(), said) or (row.phone or "-") in digits
    ]
    return [Resident(row.id, row.name, row.phone, None, True) for row in found]


def _stands(name: str, said: str) -> bool:
    """Chinese names stand in a row of characters; others are words of their own: "Ann" is not in "anniversary"."""
    return bool(name) and (
        name in said if not name.isascii() else re.search(rf"\b{re.escape(name)}\b", said) is not None
    )


def tell(connection: Connection, community: str, principal: int, text: Text, once: str, real: datetime) -> None:
    """The one who is acted for hears of it, wherever they can be reached."""
    theirs = conversation.join(address, conversation.c.address_id == address.c.id)
    bound = (address.c.resident_id == principal, address.c.verified_at.is_not(None))
    rows = select(conversation.c.id).select_from(theirs).where(conversation.c.community_id == community, *bound)
    for key in connection.execute(rows.order_by(conversation.c.updated_at.desc()).limit(3)).scalars().all():
        outbox.push(connection, key, text, f"{once}:{key}"[:120], real)
