"""A home's bills as its payer may see them: what is open, what a line is made of, what stands on the meters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from backend.db import Record, hold
from backend.ids import new_id
from backend.models.money import bill, bill_line, fee_account, tariff
from backend.models.people import resident
from backend.services import periods

UNPAID = ("open", "part_paid")

_OF_HOME = (
    select(bill, fee_account.c.payer)
    .select_from(bill.join(fee_account, bill.c.account_id == fee_account.c.id))
    .where(
        bill.c.community_id == bindparam("community"),
        bill.c.household_id == bindparam("home"),
        bill.c.kind == "monthly",
    )
    .order_by(bill.c.period, bill.c.fee)
)
_ACCOUNTS = (
    select(fee_account)
    .where(fee_account.c.community_id == bindparam("community"), fee_account.c.household_id == bindparam("home"))
    .order_by(fee_account.c.id)
)
_ROLE = select(resident.c.role).where(resident.c.id == bindparam("resident"))
_OWNER = select(resident.c.name).where(
    resident.c.community_id == bindparam("community"),
    resident.c.household_id == bindparam("home"),
    resident.c.role == "owner",
)
_TERMS = select(tariff.c.terms).where(tariff.c.community_id == bindparam("community"), tariff.c.fee == bindparam("fee"))


def payer_of(connection: Connection, resident_id: int) -> str:
    """Whose accounts this resident may see: a tenant never the owner's, nor the other way round (practice 31)."""
    role = connection.execute(_ROLE, {"resident": resident_id}).scalar_one_or_none()
    return "tenant" if role == "tenant" else "owner"


def of_home(connection: Connection, community: str, home: int, payer: str | None) -> list[Record]:
    """Monthly bills, oldest first; payer None: of all payers, for a total that shows no lines."""
    rows = connection.execute(_OF_HOME, {"community": community, "home": home})
    return [row for row in rows if payer is None or row.payer == payer]


def accounts(connection: Connection, community: str, home: int, payer: str | None) -> dict[str, Record]:
    rows = connection.execute(_ACCOUNTS, {"community": community, "home": home})
    return {row.fee: row for row in rows if payer is None or row.payer == payer}


def left(row: Record) -> int:
    """What is still to pay, in fen."""
    return max(0, int(row.amount - row.paid))


def is_open(row: Record, now: datetime) -> bool:
    """Issued and not yet paid; what lies ahead may be paid, but is not asked for."""
    return row.state in UNPAID and not row.estimated and row.period <= periods.of(now.date())


def is_overdue(row: Record, today: date) -> bool:
    return row.state in UNPAID and row.due_on is not None and row.due_on < today


def lines(connection: Connection, ids: Iterable[str]) -> dict[str, list[Record]]:
    """The line items of these bills, in their order."""
    found: dict[str, list[Record]] = defaultdict(list)
    wanted = list(ids)
    rows = select(bill_line).where(bill_line.c.bill_id.in_(wanted)).order_by(bill_line.c.bill_id, bill_line.c.position)
    for row in connection.execute(rows) if wanted else ():
        found[row.bill_id].append(row)
    return found


def terms(connection: Connection, community: str, fee: str) -> dict[str, Any] | None:
    """The tariff of a fee as it is configured."""
    found: dict[str, Any] | None = connection.execute(_TERMS, {"community": community, "fee": fee}).scalar_one_or_none()
    return found


def masked_owner(connection: Connection, community: str, home: int) -> str | None:
    """Enough of the owner's name for somebody who knows it, nothing for anybody else."""
    name = connection.execute(_OWNER, {"community": community, "home": home}).scalars().first()
    return f"{name[0]}**" if name else None


def wish(
    connection: Connection, account: Record, kind: str, amount: int, conversation: int | None, now: datetime
) -> str:
    """A top-up or an advance as a bill of its own, so that it is paid and receipted like any other; returns its id."""
    hold(connection, "payment", account.household_id)
    same = select(bill.c.id).where(
        bill.c.account_id == account.id,
        bill.c.kind == kind,
        bill.c.state == "open",
        bill.c.amount == amount,
        bill.c.conversation_id == conversation,
    )
    known = connection.execute(same).scalars().first()
    if known is not None:
        return str(known)
    key = new_id()
    connection.execute(
        insert(bill).values(
            id=key,
            community_id=account.community_id,
            account_id=account.id,
            household_id=account.household_id,
            fee=account.fee,
            kind=kind,
            period=None,
            amount=amount,
            paid=0,
            state="open",
            estimated=False,
            conversation_id=conversation,
            created_at=now,
        )
    )
    return key


def linked(connection: Connection, ids: Iterable[str], conversation: int) -> None:
    """A pay link for these was given in this conversation."""
    connection.execute(update(bill).where(bill.c.id.in_(list(ids))).values(conversation_id=conversation))


def by_amount(rows: Iterable[Record], fen: int, parts: dict[str, list[Record]]) -> Record | None:
    """The newest bill that asks for this amount, as a whole or in one of its lines."""
    newest = sorted(rows, key=lambda row: (not row.estimated, row.period), reverse=True)
    for row in newest:
        if fen in (row.amount, left(row)):
            return row
    return next((row for row in newest if any(line.amount == fen for line in parts.get(row.id, ()))), None)
