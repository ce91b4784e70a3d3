"""Money that is given back by the way it came: never more than was paid, and the bills that it had paid are open again.

What a refund takes from the bills is taken when it is asked for, so that two of them cannot take the same; a refund
that the provider fails puts everything back, and one that comes through after all takes it again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from backend.db import Record, hold
from backend.ids import new_id
from backend.models.money import bill, fee_account, payment, payment_part, receipt
from backend.models.online import pay_order, refund
from backend.providers.payment import Return, Returned
from backend.services import audit, credit, orders, outbox, payments, webhooks
from backend.services.acting import Actor
from backend.services.amounts import yuan
from bot.contract.errors import Refused
from bot.contract.text import Money, t

ASKED, SENT, DONE, FAILED = "asked", "sent", "done", "failed"
# What staff are told of one that the provider had failed and then carried out.
AFTER_ALL = "after_all"
_AHEAD = ("topup", "advance")
_NONCE = re.compile(r"[0-9a-z]{16,40}")
_STATES = {"done": DONE, "failed": FAILED, "under_way": SENT}


@dataclass(frozen=True, slots=True)
class Wanted:
    """order: what was paid; fen: how much of it goes back; nonce: of the form, pressed twice it counts once."""

    order: str
    fen: int
    reason: str
    nonce: str


def ask(connection: Connection, who: Actor, wanted: Wanted) -> str:
    """Write it down for whoever carries it to the provider; returns its number. Raises `Refused`."""
    if not _NONCE.fullmatch(wanted.nonce):
        raise Refused("no form of ours", pointer="/nonce")
    if len(wanted.reason) < 4:
        raise Refused("why?", t("Please write why it is paid back."), pointer="/reason")
    order = _order(connection, who.community, wanted.order)
    paid_for = payments.one(connection, order.payment_id)
    hold(connection, "payment", paid_for.household_id)
    order = _order(connection, who.community, wanted.order)
    same = select(refund.c.id).where(refund.c.community_id == who.community, refund.c.nonce == wanted.nonce)
    if connection.execute(same).first() is not None:
        raise Refused("asked already", t("This was asked for already. Nothing is paid back twice."), status=409)
    left = left_of(connection, order.id, paid_for.amount)
    if order.state not in (orders.PAID, orders.TWICE) or not 0 < wanted.fen <= left:
        said = t("Of this payment {amount} can still be paid back, not more.", amount=Money(yuan(left)))
        raise Refused("more than was paid", said, pointer="/amount")
    taken = _take(connection, paid_for.id, wanted.fen) if order.state == orders.PAID else []
    number = new_id()
    row = {"id": number, "community_id": who.community, "payment_id": paid_for.id, "order_id": order.id}
    row |= {"household_id": paid_for.household_id, "amount": wanted.fen, "state": ASKED, "taken": taken}
    row |= {"reason": wanted.reason[:200], "by": who.login, "nonce": wanted.nonce, "created_at": who.real}
    connection.execute(insert(refund).values(**row))
    told = {"payment": paid_for.id, "amount": str(yuan(wanted.fen)), "refund": number}
    audit.note(connection, who.community, who.login, "money.refund", f"home {paid_for.household_id}", who.real, told)
    return number


def left_of(connection: Connection, order: str, whole: int) -> int:
    """How much of what came by this order has not gone back, and is not about to."""
    gone = select(func.coalesce(func.sum(refund.c.amount), 0)).where(
        refund.c.order_id == order, refund.c.state != FAILED
    )
    return max(0, whole - int(connection.execute(gone).scalar_one()))


def _order(connection: Connection, community: str, number: str) -> Record:
    rows = select(pay_order).where(pay_order.c.community_id == community, pay_order.c.id == number)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no such order", status=404)
    return found


def _take(connection: Connection, key: str, fen: int) -> list[list[int]]:
    """From the newest bill on: first what it did not need, then what it did, which is open again."""
    taken: list[list[int]] = []
    for part in reversed(payments.parts(connection, key)):
        use = min(fen, part.part - part.returned)
        if use <= 0:
            continue
        ahead = min(use, max(0, part.ahead - part.returned))
        if ahead:
            credit.give_back(connection, part.account_id, ahead)
        # A bill for what is paid ahead asks for nothing once that is back.
        of_bill = use if part.kind in _AHEAD else use - ahead
        if of_bill:
            paid = max(0, part.paid - of_bill)
            state = "cancelled" if part.kind in _AHEAD and not paid else "part_paid" if paid else "open"
            connection.execute(update(bill).where(bill.c.id == part.id).values(paid=paid, state=state))
        back = {"returned": part.returned + use}
        connection.execute(update(payment_part).where(payment_part.c.id == part.part_id).values(**back))
        taken.append([part.part_id, use - ahead, ahead])
        fen -= use
    return taken


def due(connection: Connection, community: str) -> list[tuple[Return, int]]:
    """What the provider has not yet taken, or not yet told the end of; asking again with the same number asks for the
    same money."""
    rows = select(refund, payment.c.amount.label("whole")).join(payment, refund.c.payment_id == payment.c.id)
    mine = (refund.c.community_id == community, refund.c.state.in_((ASKED, SENT)))
    found = connection.execute(rows.where(*mine).order_by(refund.c.id).limit(50))
    return [(Return(row.id, row.order_id, row.amount, row.whole, row.reason), row.household_id) for row in found]


def heard(connection: Connection, community: str, told: Returned, now: datetime, real: datetime) -> str:
    """What became of one; returns its state. What is done stays so, whatever is said later; what had failed may yet
    come through, where the merchant or the bank has mended it."""
    row = _one(connection, community, told.refund)
    hold(connection, "payment", row.household_id)
    row = _one(connection, community, told.refund)
    if told.fen != row.amount:
        body = {"refund": row.id, "asked": str(yuan(row.amount)), "came": str(yuan(told.fen))}
        outbox.call_staff(connection, community, body, f"refund:{row.id}:{told.event}"[:120], real)
        return "wrong_amount"
    state = _STATES[told.state]
    if row.state == DONE or state == row.state or (row.state == FAILED and state != DONE):
        return str(row.state)
    values: dict[str, object] = {"state": state, "remote": told.remote or row.remote}
    if state in (DONE, FAILED):
        values["done_at"] = real
    if row.state == FAILED:
        values |= {"trouble": None, "taken": _after_all(connection, row, real)}
    connection.execute(update(refund).where(refund.c.id == row.id).values(**values))
    if state == FAILED:
        _put_back(connection, row, real)
    if state == DONE:
        _gone(connection, row, now, real)
    return state


def _after_all(connection: Connection, row: Record, real: datetime) -> list[list[int]]:
    """The money is gone: the bills that were put back are open again, as far as nobody has paid it back otherwise."""
    order, taken = _order(connection, row.community_id, row.order_id), []
    if order.state == orders.PAID:
        try:
            with connection.begin_nested():
                taken = _take(connection, row.payment_id, row.amount)
        except Refused:
            # What lay ahead has been used: a person has to talk to them, and is told below.
            taken = []
    again = sum(of_bill + ahead for _, of_bill, ahead in taken)
    body = {"refund": row.id, "amount": str(yuan(row.amount)), "state": AFTER_ALL, "again": str(yuan(again))}
    outbox.call_staff(connection, row.community_id, body, f"refund:{row.id}:{AFTER_ALL}", real)
    return taken


def refused(connection: Connection, community: str, number: str, why: str, now: datetime, real: datetime) -> None:
    """The provider will not: the bills are as they were, and staff read why."""
    row = _one(connection, community, number)
    connection.execute(update(refund).where(refund.c.id == number).values(trouble=why[:200]))
    heard(connection, community, Returned(f"refused:{number}", number, row.amount, "failed"), now, real)


def _one(connection: Connection, community: str, number: str) -> Record:
    rows = select(refund).where(refund.c.community_id == community, refund.c.id == number)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no such refund", status=404)
    return found


def _put_back(connection: Connection, row: Record, real: datetime) -> None:
    parts = {part.part_id: part for part in payments.parts(connection, row.payment_id)}
    for key, of_bill, ahead in row.taken:
        part = parts[key]
        used = ahead if part.kind in _AHEAD else min(of_bill, max(0, part.amount - part.paid))
        if used:
            paid = part.paid + used
            state = "paid" if paid >= part.amount else "part_paid"
            connection.execute(update(bill).where(bill.c.id == part.id).values(paid=paid, state=state))
        # Somebody has paid the bill meanwhile: what it needs no more lies on the home's account.
        over = ahead if part.kind in _AHEAD else ahead + of_bill - used
        if over:
            more = {"balance": fee_account.c.balance + over}
            connection.execute(update(fee_account).where(fee_account.c.id == part.account_id).values(**more))
        back = {"returned": part.returned - of_bill - ahead, "ahead": part.ahead + over - ahead}
        connection.execute(update(payment_part).where(payment_part.c.id == key).values(**back))
    body = {"refund": row.id, "amount": str(yuan(row.amount)), "state": FAILED}
    outbox.call_staff(connection, row.community_id, body, f"refund:{row.id}:failed", real)


def _gone(connection: Connection, row: Record, now: datetime, real: datetime) -> None:
    """The payer has it. A receipt of which nothing is left is void, and its number is not given again."""
    paid_for = payments.one(connection, row.payment_id)
    order = _order(connection, row.community_id, row.order_id)
    number = payments.receipt_of(connection, row.payment_id)
    done = select(func.sum(refund.c.amount)).where(refund.c.order_id == row.order_id, refund.c.state == DONE)
    if order.state == orders.PAID and int(connection.execute(done).scalar_one()) >= paid_for.amount:
        connection.execute(update(payment).where(payment.c.id == paid_for.id).values(state="refunded"))
        void = update(receipt).where(receipt.c.payment_id == paid_for.id, receipt.c.reversed_at.is_(None))
        connection.execute(void.values(reversed_at=now))
    data = {"id": row.id, "payment": paid_for.id, "amount": str(yuan(row.amount)), "community": row.community_id}
    webhooks.publish(connection, row.community_id, "payment.refunded", {**data, "receipt": number})
    if paid_for.conversation_id is not None:
        text = t(
            "{amount} has been paid back to you, the way it came (receipt {number}). Your bank may take a day or two "
            "to show it.",
            amount=Money(yuan(row.amount)),
            number=number or "–",
        )
        outbox.push(connection, paid_for.conversation_id, text, f"refund:{row.id}", real)


def of_community(connection: Connection, community: str, limit: int = 30) -> Sequence[Record]:
    rows = select(refund).where(refund.c.community_id == community).order_by(refund.c.id.desc()).limit(limit)
    return list(connection.execute(rows))
