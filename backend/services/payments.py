"""Payments: one link for one wish, settled exactly once however often a provider calls back, each with a receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from backend import providers
from backend.db import Record, hold, insert_or
from backend.ids import new_id
from backend.models.money import bill, callback, fee_account, payment, payment_part, receipt
from backend.providers.payment import CURRENCY
from backend.services import numbers, outbox, webhooks
from backend.services.amounts import yuan
from bot.contract.conversation import Community
from bot.contract.errors import Refused
from bot.contract.text import Money, Text, t

LINK_HOURS = 24
SERIES = "S"
# No new money: what lay on a home's account.
CREDIT = "credit"
# Money that comes late is money still; what was paid and has gone back since is not paid by the same word again.
UNPAID = ("pending", "cancelled")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to pay; parts: bill and fen; kind: "bills", "total", "topup" or "advance"."""

    home: int
    kind: str
    parts: Sequence[tuple[str, int]]
    conversation: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """outcome: "paid", "repeated" or "wrong_amount"; receipt: its number, None where nothing was paid."""

    outcome: str
    receipt: str | None


def link_for(community: Community, key: str) -> str | None:
    """Where this payment is made online; None when the community takes none that way."""
    return providers.link(community.payment, community.links, key)


def begin(connection: Connection, community: Community, wish: Wish, real: datetime) -> Record:
    """A payment under way; the same wish again while its link is good is the same payment."""
    what = ",".join(f"{key}:{fen}" for key, fen in sorted(wish.parts))
    hold(connection, "payment", wish.home)
    same = select(payment).where(
        payment.c.community_id == community.id,
        payment.c.conversation_id == wish.conversation,
        payment.c.state == "pending",
        payment.c.what == what,
        payment.c.expires_at > real,
    )
    known = connection.execute(same).first()
    if known is not None:
        return known
    row = {"community_id": community.id, "household_id": wish.home, "conversation_id": wish.conversation}
    row |= {"kind": wish.kind, "state": "pending", "provider": community.payment or "desk", "what": what}
    row |= {"created_at": real, "expires_at": real + timedelta(hours=LINK_HOURS)}
    return _put(connection, row, wish.parts)


def _put(connection: Connection, row: Mapping[str, object], parts: Sequence[tuple[str, int]]) -> Record:
    """A payment and what of it goes to which bill."""
    key = new_id()
    connection.execute(insert(payment).values(id=key, amount=sum(fen for _, fen in parts), **row))
    rows = [{"payment_id": key, "bill_id": bill_id, "amount": fen} for bill_id, fen in parts]
    connection.execute(insert(payment_part), rows)
    return one(connection, key)


def _in_hand(community: str, home: int, at: datetime) -> dict[str, object]:
    """What is paid at the desk, at once and by no link."""
    row = {"community_id": community, "household_id": home, "kind": "bills", "provider": "desk", "what": ""}
    return {**row, "created_at": at, "expires_at": at}


def one(connection: Connection, key: str) -> Record:
    found = connection.execute(select(payment).where(payment.c.id == key)).one_or_none()
    if found is None:
        raise Refused("no such payment", status=404)
    return found


def cancel(connection: Connection, key: str) -> None:
    """The payer changed their mind; the bills stay as they were."""
    query = update(payment).where(payment.c.id == key, payment.c.state == "pending")
    connection.execute(query.values(state="cancelled"))


def settle(
    connection: Connection,
    key: str,
    fen: int,
    event: str,
    now: datetime,
    real: datetime,
    currency: str = CURRENCY,
) -> Settled:
    """Money has come in. Exactly once: by the provider's event, and by the payment itself."""
    found = one(connection, key)
    outcome = "paid" if (fen, currency) == (found.amount, CURRENCY) else "wrong_amount"
    said = insert_or(callback).on_conflict_do_nothing(index_elements=["provider", "event"])
    row = {"provider": found.provider, "event": event, "payment_id": key, "outcome": outcome, "at": real}
    if connection.execute(said, row).rowcount == 0:
        return Settled("repeated", receipt_of(connection, key))
    if outcome == "wrong_amount":
        body = {"payment": key, "asked": str(yuan(found.amount)), "came": f"{yuan(fen)} {currency}"}
        outbox.call_staff(connection, found.community_id, body, f"payment:{key}:{event}", real)
        return Settled("wrong_amount", None)
    unpaid = (payment.c.id == key, payment.c.state.in_(UNPAID))
    first = update(payment).where(*unpaid).values(state="paid", paid_at=now)
    if connection.execute(first).rowcount == 0:
        return Settled("repeated", receipt_of(connection, key))
    surplus = sum(_apply(connection, part) for part in parts(connection, key))
    number = _receipt(connection, found, surplus, now)
    if found.conversation_id is not None:
        outbox.push(connection, found.conversation_id, _thanks(found, number, surplus), f"paid:{key}", real)
    _publish(connection, found.community_id, key, number, found.amount)
    return Settled("paid", number)


def _publish(connection: Connection, community: str, key: str, number: str, fen: int) -> None:
    data = {"id": key, "receipt": number, "amount": str(yuan(fen)), "state": "paid", "community": community}
    webhooks.publish(connection, community, "payment.paid", data)


def shares(connection: Connection, key: str) -> list[Record]:
    """What a payment pays, to be looked at: `part` is its share of the bill."""
    return list(connection.execute(_shares(key)))


def _shares(key: str) -> Select[Any]:
    return (
        select(
            payment_part.c.amount.label("part"),
            payment_part.c.id.label("part_id"),
            payment_part.c.ahead,
            payment_part.c.returned,
            bill,
        )
        .select_from(payment_part.join(bill, payment_part.c.bill_id == bill.c.id))
        .where(payment_part.c.payment_id == key)
        # Two payments of one bill add up: the second reads what the first has written. One order, no deadlock.
        .order_by(bill.c.id)
    )


def parts(connection: Connection, key: str) -> list[Record]:
    """The same, held until it is paid."""
    return list(connection.execute(_shares(key).with_for_update(of=bill)))


def _apply(connection: Connection, part: Record) -> int:
    """Put the money to its bill; what the bill no longer needs stays on the home's account, and is returned."""
    needed = max(0, part.amount - part.paid)
    used = min(part.part, needed)
    if used:
        state = "paid" if used == needed else "part_paid"
        connection.execute(update(bill).where(bill.c.id == part.id).values(paid=part.paid + used, state=state))
    ahead = part.part if part.kind in ("topup", "advance") else part.part - used
    if ahead:
        more = {"balance": fee_account.c.balance + ahead}
        connection.execute(update(fee_account).where(fee_account.c.id == part.account_id).values(**more))
        connection.execute(update(payment_part).where(payment_part.c.id == part.part_id).values(ahead=ahead))
    return int(part.part - used)


def taken(
    connection: Connection,
    community: str,
    home: int,
    parts: Sequence[tuple[str, int]],
    event: str,
    now: datetime,
    real: datetime,
) -> tuple[str, str]:
    """Money in the desk's hand, put to these bills at once; returns the receipt's number and the payment's key."""
    made = _put(connection, {**_in_hand(community, home, real), "state": "pending"}, parts)
    done = settle(connection, made.id, made.amount, event, now, real)
    if done.outcome != "paid" or done.receipt is None:
        raise Refused("posted already", status=409)
    return done.receipt, made.id


def record_paid(
    connection: Connection, community: str, home: int, parts: Sequence[tuple[str, int]], at: datetime
) -> str:
    """Money that the desk took; returns the receipt's number. The bills are marked by whoever calls."""
    made = _put(connection, {**_in_hand(community, home, at), "state": "paid", "paid_at": at}, parts)
    number = _receipt(connection, made, 0, at)
    _publish(connection, community, made.id, number, made.amount)
    return number


def from_credit(
    connection: Connection, community: str, home: int, parts: Sequence[tuple[str, int]], at: datetime
) -> None:
    """What was paid ahead, and receipted then, is put to these bills; they are marked by whoever calls."""
    row = {"kind": CREDIT, "provider": CREDIT, "state": "paid", "paid_at": at}
    _put(connection, {**_in_hand(community, home, at), **row}, parts)


def _receipt(connection: Connection, paid: Record, surplus: int, now: datetime) -> str:
    series = f"{SERIES}-{now:%Y%m%d}"
    number = numbers.following(connection, paid.community_id, series)
    connection.execute(
        insert(receipt).values(
            id=new_id(),
            community_id=paid.community_id,
            number=number,
            payment_id=paid.id,
            household_id=paid.household_id,
            amount=paid.amount,
            surplus=surplus,
            created_at=now,
        )
    )
    return number


def receipt_of(connection: Connection, key: str) -> str | None:
    return connection.execute(select(receipt.c.number).where(receipt.c.payment_id == key)).scalar_one_or_none()


def _thanks(paid: Record, number: str, surplus: int) -> Text:
    amount = Money(yuan(paid.amount))
    if surplus:
        return t(
            "Thank you, {amount} has arrived; receipt {number}. {surplus} of it had been paid before: it is kept for "
            "your home, and the desk pays it back if you say so.",
            amount=amount,
            number=number,
            surplus=Money(yuan(surplus)),
        )
    return t("Thank you, {amount} has arrived. Receipt number: {number}.", amount=amount, number=number)


def receipts(
    connection: Connection, conversation: int, home: int | None, payer: str | None, limit: int
) -> list[Record]:
    """The newest receipts of what was paid from this conversation, or for this payer's accounts of the home."""
    joined = (
        receipt.join(payment, receipt.c.payment_id == payment.c.id)
        .join(payment_part, payment_part.c.payment_id == payment.c.id)
        .join(bill, payment_part.c.bill_id == bill.c.id)
        .join(fee_account, bill.c.account_id == fee_account.c.id)
    )
    mine = payment.c.conversation_id == conversation
    if home is not None and payer is not None:
        theirs = (payment.c.household_id == home) & (fee_account.c.payer == payer) & (payment.c.kind != "total")
        mine = mine | theirs
    rows = (
        select(receipt)
        .select_from(joined)
        .where(mine, receipt.c.reversed_at.is_(None))
        .distinct()
        .order_by(receipt.c.created_at.desc())
        .limit(limit)
    )
    return list(connection.execute(rows))


def number_for(connection: Connection, bill_id: str) -> str | None:
    """The newest receipt of a bill."""
    rows = (
        select(receipt.c.number)
        .select_from(receipt.join(payment_part, payment_part.c.payment_id == receipt.c.payment_id))
        .where(payment_part.c.bill_id == bill_id, receipt.c.reversed_at.is_(None))
        .order_by(receipt.c.id.desc())
    )
    return connection.execute(rows).scalars().first()


def under_way(connection: Connection, conversation: int, real: datetime) -> list[Record]:
    """Links that were given and not yet used."""
    rows = select(payment).where(
        payment.c.conversation_id == conversation, payment.c.state == "pending", payment.c.expires_at > real
    )
    return list(connection.execute(rows.order_by(payment.c.id.desc())))
