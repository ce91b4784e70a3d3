"""What the desk knows of the person it talks to: home, who lives there, open matters, and what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from backend.db import Record
from backend.models.money import bill
from backend.models.people import contact, resident
from backend.models.visitors import visitor_pass
from backend.services import cases, proxies
from backend.services.bills import UNPAID
from backend.services.proxies import Proxy
from bot.contract.errors import Refused

OLD = 65
SHOWN = 8
FEW = 4


@dataclass(frozen=True, slots=True)
class Person:
    """row: the resident; old: of an age at which a person is offered first; owed: fen, of the home; bills, visits: the
    next few of them; agents: who may act for them, and for what."""

    row: Record
    old: bool
    age: int | None
    household: list[Record]
    contacts: list[Record]
    owed: int
    passes: int
    bills: list[Record]
    visits: list[Record]
    agents: list[Proxy]


def of(connection: Connection, community: str, resident_id: int, now: datetime, real: datetime) -> Person | None:
    row = connection.execute(
        select(resident).where(resident.c.community_id == community, resident.c.id == resident_id)
    ).one_or_none()
    if row is None:
        return None
    age = now.year - row.birth_year if row.birth_year else None
    home = row.household_id
    living = select(resident).where(
        resident.c.community_id == community, resident.c.household_id == home, resident.c.id != row.id
    )
    calls = select(contact).where(contact.c.community_id == community, contact.c.resident_id == row.id)
    owed = select(func.coalesce(func.sum(bill.c.amount - bill.c.paid), 0)).where(
        bill.c.community_id == community,
        bill.c.household_id == home,
        bill.c.state.in_(UNPAID),
        bill.c.kind == "monthly",
    )
    passes = select(func.count()).where(
        visitor_pass.c.community_id == community, visitor_pass.c.household_id == home, visitor_pass.c.state == "active"
    )
    return Person(
        row=row,
        old=age is not None and age >= OLD,
        age=age,
        household=list(connection.execute(living.order_by(resident.c.id))) if home else [],
        contacts=list(connection.execute(calls.order_by(contact.c.rank))),
        owed=int(connection.execute(owed).scalar_one()) if home else 0,
        passes=int(connection.execute(passes).scalar_one()) if home else 0,
        bills=_bills(connection, community, home) if home else [],
        visits=_visits(connection, community, home, now) if home else [],
        agents=proxies.by_whom(connection, community, resident_id, real),
    )


def _bills(connection: Connection, community: str, home: int) -> list[Record]:
    """Unpaid months, the oldest first."""
    mine = (bill.c.community_id == community, bill.c.household_id == home, bill.c.state.in_(UNPAID))
    rows = select(bill).where(*mine, bill.c.kind == "monthly").order_by(bill.c.period, bill.c.fee)
    return list(connection.execute(rows.limit(FEW)))


def _visits(connection: Connection, community: str, home: int, now: datetime) -> list[Record]:
    """Whom they expect, the next first; nothing that would open a gate."""
    columns = (visitor_pass.c.visitor_name, visitor_pass.c.opens_at, visitor_pass.c.closes_at, visitor_pass.c.number)
    mine = (visitor_pass.c.community_id == community, visitor_pass.c.household_id == home)
    rows = select(*columns).where(*mine, visitor_pass.c.state == "active", visitor_pass.c.closes_at >= now)
    return list(connection.execute(rows.order_by(visitor_pass.c.opens_at).limit(FEW)))


def matters(connection: Connection, community: str, conversation: int, resident_id: int | None) -> list[Record]:
    """Their cases, the newest first."""
    found = cases.of_conversation(connection, conversation, resident_id, SHOWN)
    return [row for row in found if row.community_id == community]


def phone(connection: Connection, community: str, resident_id: int, which: str) -> str:
    """The number that is shown masked everywhere else. which: `own`, or a contact's rank; raises `Refused` (404)."""
    if which == "own":
        rows = select(resident.c.phone).where(resident.c.community_id == community, resident.c.id == resident_id)
    elif which.isascii() and which.isdecimal() and len(which) < 4:
        rows = select(contact.c.phone).where(
            contact.c.community_id == community,
            contact.c.resident_id == resident_id,
            contact.c.rank == int(which),
        )
    else:
        raise Refused("no such number", status=404)
    found = connection.execute(rows).scalar_one_or_none()
    if not found:
        raise Refused("no such number", status=404)
    return str(found)


def waiting_since(row: Record) -> datetime:
    """From when somebody waits for a person."""
    at: datetime = row.requested_at or row.updated_at
    return at
