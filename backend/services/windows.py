"""How often a vendor still lets us speak to somebody: opened by their messages, spent by ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from backend.db import Record, insert_or
from backend.models.people import address
from backend.models.windows import reply_window
from bot.contract.messages import Address, Opening

# Up to here a window is a brief one, and what it gives is used up first.
BRIEF = timedelta(hours=1)
# Nobody is told more often than this on the strength of what they once agreed to.
MOST_AGREED = 50
SCARCE = 3


@dataclass(frozen=True, slots=True)
class Allowed:
    """left: of the window that was opened by writing; until: its end, None where it is shut; agreed: messages of
    templates that are welcome besides."""

    left: int
    until: datetime | None
    agreed: int


def _of(who: Address) -> Select[Any]:
    mine = (address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user)
    return (
        select(reply_window, address.c.id.label("address"), address.c.community_id.label("community"))
        .select_from(address.outerjoin(reply_window, reply_window.c.address_id == address.c.id))
        .where(*mine)
    )


def _row(connection: Connection, who: Address) -> Record | None:
    """Locked, and made where there is none; None for an address that never wrote."""
    found = connection.execute(_of(who)).one_or_none()
    if found is None:
        return None
    fresh = {"community_id": found.community, "address_id": found.address, "allowed": 0, "brief_allowed": 0}
    made = insert_or(reply_window).on_conflict_do_nothing(index_elements=["address_id"])
    if found.id is None:
        connection.execute(made, {**fresh, "agreed": {}})
    mine = select(reply_window).where(reply_window.c.address_id == found.address).with_for_update()
    return connection.execute(mine).one()


def _set(connection: Connection, key: int, **values: object) -> None:
    connection.execute(update(reply_window).where(reply_window.c.id == key).values(**values))


_AT = (address.c.channel == bindparam("way"), address.c.account == bindparam("at"), address.c.user == bindparam("them"))
_ITS = reply_window.c.address_id == select(address.c.id).where(*_AT).scalar_subquery()
# Every message opens it: one statement where there is one already.
_OPEN = {
    True: update(reply_window).where(_ITS).values(brief_allowed=bindparam("many"), brief_closes_at=bindparam("end")),
    False: update(reply_window).where(_ITS).values(allowed=bindparam("many"), closes_at=bindparam("end")),
}


def opened(connection: Connection, who: Address, opening: Opening, real: datetime) -> None:
    lasts = timedelta(seconds=opening.seconds)
    its = {"way": who.channel, "at": who.account, "them": who.user}
    values = {**its, "many": opening.count, "end": real + lasts}
    if not connection.execute(_OPEN[lasts <= BRIEF], values).rowcount and _row(connection, who) is not None:
        connection.execute(_OPEN[lasts <= BRIEF], values)


def spend(connection: Connection, who: Address, real: datetime, *, last: bool) -> bool:
    """One of them, of the brief window first; the very last of the long one only for what matters most."""
    row = _row(connection, who)
    if row is None:
        return False
    if row.brief_closes_at is not None and real < row.brief_closes_at and row.brief_allowed > 0:
        _set(connection, row.id, brief_allowed=row.brief_allowed - 1)
        return True
    least = 1 if last else 2
    if row.closes_at is not None and real < row.closes_at and row.allowed >= least:
        _set(connection, row.id, allowed=row.allowed - 1)
        return True
    return False


def is_scarce(connection: Connection, who: Address, real: datetime) -> bool | None:
    """So little is left of an open window that what can wait a moment had better go in one message; None where the
    vendor does not count."""
    row = connection.execute(_of(who)).one_or_none()
    if row is None or row.id is None:
        return None
    if row.closes_at is None or real >= row.closes_at:
        return False
    return bool(row.allowed <= SCARCE)


def closed(connection: Connection, who: Address, left: int) -> None:
    """The vendor counts otherwise: it is right."""
    row = _row(connection, who)
    if row is not None:
        _set(connection, row.id, allowed=min(left, row.allowed), brief_allowed=0)


def agreed(connection: Connection, who: Address, templates: Mapping[str, bool], by: str = "") -> None:
    """by: what the vendor's event is known by, empty for what comes from nowhere twice."""
    row = _row(connection, who)
    if row is None or (by and row.agreed_by == by):
        return
    known = dict(row.agreed)
    for template, yes in templates.items():
        known[template] = min(known.get(template, 0) + 1, MOST_AGREED) if yes else 0
    _set(connection, row.id, agreed=known, agreed_by=by[:60] or row.agreed_by)


def stop(connection: Connection, who: Address) -> None:
    """None of any template is welcome any more."""
    row = _row(connection, who)
    if row is not None:
        _set(connection, row.id, agreed={})


def use(connection: Connection, who: Address, template: str) -> bool:
    row = _row(connection, who)
    if row is None or row.agreed.get(template, 0) < 1:
        return False
    _set(connection, row.id, agreed={**row.agreed, template: row.agreed[template] - 1})
    return True


def take(connection: Connection, who: Address, start: str) -> str | None:
    """One of what was agreed to under a name that begins so, the oldest first; its name is forgotten with it."""
    row = _row(connection, who)
    name = next((one for one in row.agreed if one.startswith(start) and row.agreed[one]), None) if row else None
    if row is None or name is None:
        return None
    _set(connection, row.id, agreed={one: count for one, count in row.agreed.items() if one != name})
    return str(name)


def allowed(connection: Connection, who: Address, real: datetime) -> Allowed | None:
    """What is left, for people of the desk; None where the vendor does not count, or they never wrote."""
    row = connection.execute(_of(who)).one_or_none()
    if row is None or row.id is None:
        return None
    welcome = sum(row.agreed.values())
    brief = row.brief_allowed if row.brief_closes_at is not None and real < row.brief_closes_at else 0
    if row.closes_at is not None and real < row.closes_at and row.allowed > 0:
        return Allowed(row.allowed + brief, row.closes_at, welcome)
    return Allowed(brief, row.brief_closes_at if brief else None, welcome)
