"""Money that a clerk took over the counter or found on the bank's statement: posted once, receipted, taken back with a
reason; never changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from backend.db import Record, hold
from backend.models.money import bill, payment, posting, receipt
from backend.services import audit, billing, bills, credit, homes, payments
from backend.services.acting import Actor
from backend.services.amounts import yuan
from bot.contract.errors import Refused
from bot.contract.text import Money, Text, t

WAYS: dict[str, Text] = {
    "cash": t("Cash", context="way"),
    "card": t("Card at the counter", context="way"),
    "transfer": t("Bank transfer", context="way"),
}
TRANSFER = "transfer"
# The same sum for the same home so soon is asked about once more.
SOON = timedelta(minutes=10)
_NONCE = re.compile(r"[0-9a-z]{16,40}")
TWICE = t("This was posted already, receipt {receipt}. Nothing was posted twice.")


def of_home(connection: Connection, community: str, home: int) -> list[Record]:
    """The newest first, with their receipts."""
    joined = posting.outerjoin(receipt, receipt.c.payment_id == posting.c.payment_id)
    rows = select(posting, receipt.c.number.label("receipt")).select_from(joined)
    mine = rows.where(posting.c.community_id == community, posting.c.household_id == home)
    return list(connection.execute(mine.order_by(posting.c.id.desc()).limit(20)))


@dataclass(frozen=True, slots=True)
class Taken:
    """Money as the clerk typed it. again: it is a second payment of the same sum, and they know; ahead: the fee for
    which what the chosen bills do not need is kept, empty for none."""

    fen: int
    way: str
    reference: str = ""
    note: str = ""
    again: bool = False
    ahead: str = ""


def post(connection: Connection, who: Actor, home: int, money: Taken, chosen: Sequence[str], nonce: str) -> str:
    """Put the money to the chosen bills, the oldest first, and what is over to the account of a fee; returns the
    receipt's number."""
    homes.home(connection, who.community, home)
    hold(connection, "payment", home)
    fen, reference = money.fen, "".join(money.reference.split())
    if money.way not in WAYS:
        raise Refused("no such way", pointer="/way")
    if (money.way == TRANSFER) != bool(reference) or len(reference) > 60:
        said = t("A transfer has the bank's reference, nothing else has one.")
        raise Refused("a reference", said, pointer="/reference")
    if not _NONCE.fullmatch(nonce):
        raise Refused("no form of ours", pointer="/nonce")
    _once(connection, who, home, fen, reference, nonce, money.again)
    parts = _parts(connection, who, home, money, chosen)
    number, key = payments.taken(connection, who.community, home, parts, f"desk:{nonce}", who.now, who.real)
    row = {"community_id": who.community, "payment_id": key, "household_id": home, "amount": fen, "way": money.way}
    row |= {"reference": reference or None, "nonce": nonce, "by": who.login, "at": who.real}
    connection.execute(insert(posting).values(**row, note=money.note[:500] or None))
    credit.use(connection, _prepaying(connection, who, home), who.now)
    told = {"amount": str(yuan(fen)), "way": money.way, "receipt": number}
    audit.note(connection, who.community, who.login, "money.posted", f"home {home}", who.real, told)
    return number


def _once(connection: Connection, who: Actor, home: int, fen: int, reference: str, nonce: str, again: bool) -> None:
    """Pressed twice, sent twice, or typed twice: refused with the receipt of the first time."""
    mine = posting.c.community_id == who.community
    same = (posting.c.nonce == nonce) | ((posting.c.reference == (reference or "?")) & posting.c.reversed_at.is_(None))
    if not again:
        soon = (posting.c.household_id == home) & (posting.c.amount == fen) & (posting.c.at > who.real - SOON)
        same = same | (soon & posting.c.reversed_at.is_(None))
    row = connection.execute(select(posting).where(mine, same).limit(1)).first()
    if row is None:
        return
    number = payments.receipt_of(connection, row.payment_id) or "?"
    said = Text(TWICE.msgid, {"receipt": number})
    if row.nonce != nonce and row.reference != (reference or "?"):
        said = t(
            "The same amount was posted for this home just now, receipt {receipt}. If it is a second one, tick that.",
            receipt=number,
        )
    raise Refused("posted already", said, status=409, pointer="/amount")


def _parts(connection: Connection, who: Actor, home: int, money: Taken, chosen: Sequence[str]) -> list[tuple[str, int]]:
    """What goes to which bill, and what is kept ahead; money for nothing is refused, so that none is lost sight of."""
    rows = [row for row in bills.of_home(connection, who.community, home, None) if row.id in set(chosen)]
    if len(rows) != len(set(chosen)) or any(row.state not in bills.UNPAID for row in rows):
        raise Refused("which bills?", t("Choose the open bills that this money is for."), pointer="/bills")
    needed = sum(bills.left(row) for row in rows)
    if money.fen <= 0 or not (rows or money.ahead):
        pointer = "/amount" if money.fen <= 0 else "/bills"
        raise Refused("nothing", t("Choose the open bills that this money is for."), pointer=pointer)
    if money.fen > needed and not money.ahead:
        text = t(
            "The chosen bills come to {amount}. Choose for which fee the rest is kept, or take less.",
            amount=Money(yuan(needed)),
        )
        raise Refused("too much", text, pointer="/amount")
    parts, left = [], money.fen
    for row in sorted(rows, key=lambda one: (one.period or "", one.id)):
        part = min(left, bills.left(row))
        if part:
            parts.append((row.id, part))
            left -= part
    return [*parts, (_ahead(connection, who, home, money.ahead, left), left)] if left else parts


def _ahead(connection: Connection, who: Actor, home: int, fee: str, fen: int) -> str:
    """A bill of its own for what is paid ahead, as residents have it who pay ahead in a conversation."""
    account = bills.accounts(connection, who.community, home, None).get(fee)
    if account is None:
        raise Refused("no such fee", pointer="/ahead")
    kind = "topup" if fee in billing.METERED else "advance"
    return bills.wish(connection, account, kind, fen, None, who.now)


def _prepaying(connection: Connection, who: Actor, home: int) -> list[Record]:
    """Accounts on which money waits for the next bill; what is on a meter is used by the meter."""
    accounts = bills.accounts(connection, who.community, home, None)
    return [row for fee, row in accounts.items() if fee not in billing.METERED]


def reverse(connection: Connection, who: Actor, key: int, reason: str) -> int:
    """Take a posting back: the bills are open again, the receipt's number is void for good. Returns the home."""
    rows = select(posting).where(posting.c.community_id == who.community, posting.c.id == key)
    row = connection.execute(rows).one_or_none()
    if row is None:
        raise Refused("no such posting", status=404)
    if len(reason) < 4:
        raise Refused("why?", t("Please write why it is taken back."), pointer="/reason")
    hold(connection, "payment", row.household_id)
    back = {"reversed_at": who.real, "reversed_by": who.login, "reason": reason[:500]}
    first = update(posting).where(posting.c.id == key, posting.c.reversed_at.is_(None))
    if connection.execute(first.values(**back)).rowcount == 0:
        raise Refused("taken back already", t("This was taken back already."), status=409)
    for part in payments.parts(connection, row.payment_id):
        if part.kind in ("topup", "advance"):
            credit.give_back(connection, part.account_id, part.part)
            connection.execute(update(bill).where(bill.c.id == part.id).values(paid=0, state="cancelled"))
            continue
        paid = max(0, part.paid - part.part)
        state = "open" if paid == 0 else "part_paid"
        connection.execute(update(bill).where(bill.c.id == part.id).values(paid=paid, state=state))
    connection.execute(update(payment).where(payment.c.id == row.payment_id).values(state="reversed"))
    connection.execute(update(receipt).where(receipt.c.payment_id == row.payment_id).values(reversed_at=who.real))
    told = {"posting": key, "amount": str(yuan(row.amount)), "receipt": payments.receipt_of(connection, row.payment_id)}
    audit.note(connection, who.community, who.login, "money.reversed", f"home {row.household_id}", who.real, told)
    return int(row.household_id)


def kept(connection: Connection, community: str, home: int) -> list[Record]:
    """The home's accounts, each with what lies on it."""
    return list(bills.accounts(connection, community, home, None).values())


def owed(connection: Connection, community: str, home: int) -> list[Record]:
    """Open bills of a home with who pays them."""
    rows = bills.of_home(connection, community, home, None)
    return [row for row in rows if row.state in bills.UNPAID and not row.estimated]
