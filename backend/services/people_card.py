"""What the desk knows of the person it talks to: home, who lives there, open matters, and what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from backend.db import Record
from backend.models.money import bill
from backend.models.people import contact, resident
from backend.models.visitors import visitor_pass
from backend.services import calls, cases, proxies
from backend.services.bills import UNPAID
from backend.services.proxies import Proxy
from bot.contract.errors import Refused

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


_HOME = (resident.c.community_id == bindparam("community"), resident.c.household_id == bindparam("home"))
_OWES = (
    bill.c.community_id == bindparam("community"),
    bill.c.household_id == bindparam("home"),
    bill.c.state.in_(UNPAID),
    bill.c.kind == "monthly",
)
_EXPECTS = (
    visitor_pass.c.community_id == bindparam("community"),
    visitor_pass.c.household_id == bindparam("home"),
    visitor_pass.c.state == "active",
)
_ONE = select(resident).where(resident.c.community_id == bindparam("community"), resident.c.id == bindparam("resident"))
_LIVING = select(resident).where(*_HOME, resident.c.id != bindparam("resident")).order_by(resident.c.id)
_CALLS = (
    select(contact)
    .where(contact.c.community_id == bindparam("community"), contact.c.resident_id == bindparam("resident"))
    .order_by(contact.c.rank)
)
_OWED = select(func.coalesce(func.sum(bill.c.amount - bill.c.paid), 0)).where(*_OWES)
# Unpaid months, the oldest first.
_BILLS = select(bill).where(*_OWES).order_by(bill.c.period, bill.c.fee).limit(FEW)
_PASSES = select(func.count()).select_from(visitor_pass).where(*_EXPECTS)
# Whom they expect, the next first; nothing that would open a gate.
_VISITS = (
    select(visitor_pass.c.visitor_name, visitor_pass.c.opens_at, visitor_pass.c.closes_at, visitor_pass.c.number)
    .where(*_EXPECTS, visitor_pass.c.closes_at >= bindparam("now"))
    .order_by(visitor_pass.c.opens_at)
    .limit(FEW)
)


def of(connection: Connection, community: str, resident_id: int, now: datetime, real: datetime) -> Person | None:
    known = {"community": community, "resident": resident_id}
    row = connection.execute(_ONE, known).one_or_none()
    if row is None:
        return None
    age = now.year - row.birth_year if row.birth_year else None
    home = {"community": community, "home": row.household_id}
    # Who has left lives with nobody, whoever else has.
    housed = row.household_id is not None

    def several(rows: Select[Any], **more: object) -> list[Record]:
        return list(connection.execute(rows, {**home, **more})) if housed else []

    def figure(rows: Select[Any]) -> int:
        return int(connection.execute(rows, home).scalar_one()) if housed else 0

    return Person(
        row=row,
        old=calls.is_old(row.birth_year, now),
        age=age,
        household=several(_LIVING, resident=resident_id),
        contacts=list(connection.execute(_CALLS, known)),
        owed=figure(_OWED),
        passes=figure(_PASSES),
        bills=several(_BILLS),
        visits=several(_VISITS, now=now),
        agents=proxies.by_whom(connection, community, resident_id, real),
    )


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
