"""Writes a home's accounts and monthly bills down, by the community's tariffs, when the home is first looked at.

A meter whose tariff says how it runs (the demo's) is reckoned; for a real one, bills come from whoever reads it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from backend.db import Record, hold
from backend.ids import new_id
from backend.models.money import bill, bill_line, dispute, fee_account, tariff
from backend.models.people import household, resident
from backend.services import credit, payments, periods
from backend.services.amounts import price, to_fen

FEES = ("property", "water", "electricity", "gas", "parking")
METERED = frozenset({"water", "electricity", "gas"})
# How far back a home's bills are written down; the oldest of them is paid in the demo.
BACK, AHEAD, DUE_AFTER = 4, 1, 3

_ACCOUNTS = select(fee_account).where(
    fee_account.c.community_id == bindparam("community"), fee_account.c.household_id == bindparam("home")
)
_TARIFFS = select(tariff.c.fee, tariff.c.terms).where(tariff.c.community_id == bindparam("community"))
_HOME = select(household.c.label, household.c.room).where(household.c.id == bindparam("home"))
_TENANT = select(resident.c.id).where(resident.c.household_id == bindparam("home"), resident.c.role == "tenant")
_GUESSES = (
    select(bill.c.id, bill.c.account_id, bill.c.period, bill.c.paid)
    .where(bill.c.household_id == bindparam("home"), bill.c.estimated.is_(True), bill.c.period < bindparam("period"))
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class _Home:
    """What the tariffs need to know of a home; area: in thousandths of a square metre."""

    community: str
    id: int
    label: str
    area: int
    now: datetime

    @property
    def month(self) -> str:
        return periods.of(self.now.date())


def ensure(connection: Connection, community: str, home: int, now: datetime) -> bool:
    """Write down what is missing up to next month; True when there was something. Cheap when there is nothing."""
    until = periods.shift(periods.of(now.date()), AHEAD)
    known = list(connection.execute(_ACCOUNTS, {"community": community, "home": home}))
    if known and all(row.issued_until >= until for row in known):
        return False
    # Whoever waited here looks again: somebody else has just written it down.
    hold(connection, "billing", home)
    known = list(connection.execute(_ACCOUNTS, {"community": community, "home": home}))
    if known and all(row.issued_until >= until for row in known):
        return False
    tariffs = {row.fee: row.terms for row in connection.execute(_TARIFFS, {"community": community})}
    found = connection.execute(_HOME, {"home": home}).one_or_none()
    if not tariffs or found is None:
        return False
    terms = next(iter(tariffs.values()))
    seen = _Home(community, home, found.label, _area(found.room, terms), now)
    if not known:
        _open(connection, seen, tariffs, until)
        known = list(connection.execute(_ACCOUNTS, {"community": community, "home": home}))
        first = periods.shift(seen.month, -BACK)
    else:
        first = periods.shift(min(row.issued_until for row in known), 1)
        _settle_guesses(connection, seen, known, tariffs)
    made = [
        _bill(seen, row, tariffs[row.fee], period)
        for row in known
        if row.fee in tariffs
        for period in _months(seen, row.fee, tariffs[row.fee], first, until)
    ]
    if made:
        connection.execute(insert(bill), [each for each, _ in made])
        connection.execute(insert(bill_line), [line for _, lines in made for line in lines])
        _history(connection, seen, known, [each for each, _ in made])
    connection.execute(update(fee_account).where(fee_account.c.household_id == home).values(issued_until=until))
    credit.use(connection, [row for row in known if row.fee not in METERED], now)
    return True


def _history(connection: Connection, home: _Home, accounts: list[Record], made: list[dict[str, Any]]) -> None:
    """What the demo counts as paid has its receipt, one for each payer."""
    payers = {row.id: row.payer for row in accounts}
    paid: dict[str, list[tuple[str, int]]] = {}
    for each in made:
        if each["paid"]:
            paid.setdefault(payers[each["account_id"]], []).append((each["id"], each["amount"]))
            day = periods.first_day(periods.shift(each["period"], 1)) + timedelta(days=11)
    for parts in paid.values():
        at = datetime.combine(day, time(10), home.now.tzinfo)
        payments.record_paid(connection, home.community, home.id, parts, at)


def _months(home: _Home, fee: str, terms: Mapping[str, Any], first: str, until: str) -> list[str]:
    late = terms.get("arrears", {}).get(home.label, 0)
    return periods.between(periods.shift(first, -late), until)


def _area(room: str, terms: Mapping[str, Any]) -> int:
    areas = terms["areas"]
    return int(Decimal(areas[(int(room[-2:]) - 1) % len(areas)] if room[-2:].isdigit() else areas[0]) * 1000)


def _open(connection: Connection, home: _Home, tariffs: Mapping[str, Any], until: str) -> None:
    """The home's accounts: what is used is paid by the tenant where there is one, the rest by the owner."""
    let = connection.execute(_TENANT, {"home": home.id}).first() is not None
    rows = [
        {
            "community_id": home.community,
            "household_id": home.id,
            "fee": fee,
            "payer": "tenant" if let and fee in METERED else "owner",
            "balance": _balance(home, fee, terms),
            "issued_until": until,
        }
        for fee, terms in tariffs.items()
    ]
    connection.execute(insert(fee_account), rows)


def _balance(home: _Home, fee: str, terms: Mapping[str, Any]) -> int:
    fixed = terms.get("balances", {}).get(home.label)
    if fixed is not None:
        return to_fen(Decimal(fixed))
    if "balance" not in terms:
        return 0
    low, high = (bound * 100 for bound in terms["balance"])
    return int(low + _chance(home.label, fee, "balance") % (high - low) // 10 * 10)


def _chance(*names: str) -> int:
    """The same number for the same names, on every machine and every day."""
    return zlib.crc32(":".join(names).encode())


def _bill(home: _Home, account: Record, terms: Mapping[str, Any], period: str) -> tuple[dict[str, Any], list[Any]]:
    key = new_id()
    guessed = account.fee in METERED and period >= home.month
    lines = _lines(key, home, account, terms, period)
    amount = sum(line["amount"] for line in lines)
    owed = terms.get("arrears", {}).get(home.label, 0)
    paid = not owed and period <= periods.shift(home.month, -BACK)
    row = {
        "id": key,
        "community_id": home.community,
        "account_id": account.id,
        "household_id": home.id,
        "fee": account.fee,
        "kind": "monthly",
        "period": period,
        "amount": amount,
        "paid": amount if paid else 0,
        "state": "paid" if paid else "open",
        "estimated": guessed,
        "due_on": periods.last_day(periods.shift(period, DUE_AFTER)),
        "created_at": home.now,
    }
    return row, lines


def _lines(key: str, home: _Home, account: Record, terms: Mapping[str, Any], period: str) -> list[dict[str, Any]]:
    before, after = _readings(home, account.fee, terms, period)
    used = (after - before) * 1000
    lines: list[dict[str, Any]] = []
    for each in terms["lines"]:
        quantity = _quantity(each, home, used)
        if quantity <= 0:
            continue
        rate = int(Decimal(each["rate"]) * 10_000)
        metered = each["per"] == "use"
        lines.append(
            {
                "bill_id": key,
                "position": len(lines) + 1,
                "name": each["name"],
                "amount": price(quantity, rate),
                "quantity": quantity,
                "unit": each["unit"],
                "rate": rate,
                "reading_from": before if metered else None,
                "reading_to": after if metered else None,
            }
        )
    return lines


def _quantity(line: Mapping[str, Any], home: _Home, used: int) -> int:
    if line["per"] == "area":
        return home.area
    if line["per"] == "month":
        return 1000
    begin, end = int(line.get("from", 0)) * 1000, line.get("upto")
    return min(used, int(end) * 1000 if end is not None else used) - begin


def _readings(home: _Home, fee: str, terms: Mapping[str, Any], period: str) -> tuple[int, int]:
    """What the meter showed before and after; months not yet over repeat the one before them."""
    if "meter" not in terms:
        return 0, 0
    back = periods.number(home.month) - periods.number(period)
    if back <= 0:
        period, back = periods.shift(home.month, -1), 1
    before = _meter(home.label, fee, terms, periods.shift(period, -1))
    fixed = terms.get("use", {}).get(home.label, {}).get(str(back))
    return before, before + fixed if fixed is not None else _meter(home.label, fee, terms, period)


def _meter(label: str, fee: str, terms: Mapping[str, Any], period: str) -> int:
    """A reading that only grows: an average month each, and a wobble smaller than that."""
    low, high = int(terms["meter"]["low"]), int(terms["meter"]["high"])
    average = low + _chance(label, fee) % (high - low)
    wobble = _chance(label, fee, period) % max(1, average // 3)
    counted: int = _chance(fee, label) % 900 + average * (periods.number(period) - 12 * 20) + wobble
    return counted


def _settle_guesses(connection: Connection, home: _Home, accounts: list[Record], tariffs: Mapping[str, Any]) -> None:
    """A month is over: its bill is by the reading from now on; what was paid above that stays for the home."""
    by_id = {row.id: row for row in accounts}
    for row in list(connection.execute(_GUESSES, {"home": home.id, "period": home.month})):
        account = by_id[row.account_id]
        lines = _lines(row.id, home, account, tariffs[account.fee], row.period)
        amount = sum(line["amount"] for line in lines)
        connection.execute(update(dispute).where(dispute.c.bill_id == row.id).values(line_id=None))
        connection.execute(bill_line.delete().where(bill_line.c.bill_id == row.id))
        connection.execute(insert(bill_line), lines)
        state = "paid" if row.paid >= amount else "part_paid" if row.paid else "open"
        values = {"amount": amount, "paid": min(row.paid, amount), "state": state, "estimated": False}
        connection.execute(update(bill).where(bill.c.id == row.id).values(**values))
        if row.paid > amount:
            more = {"balance": fee_account.c.balance + row.paid - amount}
            connection.execute(update(fee_account).where(fee_account.c.id == account.id).values(**more))
