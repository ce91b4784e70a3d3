"""Orders of a payment at its provider: one open at a time, and whatever the provider says, a payment is paid once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from backend.db import Record, hold
from backend.ids import new_id
from backend.models.money import payment
from backend.models.online import pay_order
from backend.providers.payment import INSIDE, NATIVE, PHONE, Notice
from backend.services import outbox, payments
from backend.services.amounts import to_fen, yuan
from backend.services.payments import Settled
from bot.contract.errors import Refused

OPEN, CLOSED, PAID, TWICE = "open", "closed", "paid", "twice"
CONTRADICTS = "contradicts"
# For how long what the payer's screen was given is shown again, rather than asked for anew: less than it is good for.
SERVES = {NATIVE: timedelta(minutes=90), INSIDE: timedelta(minutes=90), PHONE: timedelta(minutes=3)}
# A callback comes in seconds; one that has not come by now is asked after.
LATE = timedelta(minutes=3)
# An order that was good until its payment's end may have been paid in its last second.
AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Payer:
    """Who is about to pay, and how: `native`, `jsapi` or `h5`; payer: their id in the app, where it is paid inside."""

    way: str
    payer: str = ""


def place(connection: Connection, key: str, who: Payer, real: datetime) -> tuple[Record, Sequence[str]]:
    """The order of this payment for them, made where there is none; and the numbers of those that must be closed
    before it is asked for. Raises `Refused` (409) for a payment that is over."""
    paid_for = payments.one(connection, key)
    hold(connection, "payment", paid_for.household_id)
    paid_for = payments.one(connection, key)
    if paid_for.state != "pending" or paid_for.expires_at <= real:
        raise Refused("this payment is over", status=409)
    rows = select(pay_order).where(pay_order.c.payment_id == key, pay_order.c.state == OPEN)
    known = list(connection.execute(rows.order_by(pay_order.c.id)))
    same = next((row for row in known if (row.way, row.payer) == (who.way, who.payer)), None)
    if same is None:
        number = new_id()
        row = {"id": number, "community_id": paid_for.community_id, "payment_id": key, "way": who.way}
        connection.execute(insert(pay_order).values(**row, payer=who.payer, state=OPEN, created_at=real))
        same = connection.execute(select(pay_order).where(pay_order.c.id == number)).one()
    return same, [row.id for row in known if row.id != same.id]


def serves(row: Record, real: datetime) -> bool:
    return row.token is not None and row.token_until is not None and row.token_until > real


def placed(connection: Connection, number: str, way: str, token: str, real: datetime) -> None:
    """The provider has taken it."""
    values = {"token": token, "token_until": real + SERVES[way], "asked_at": real}
    connection.execute(update(pay_order).where(pay_order.c.id == number).values(**values))


def shut(connection: Connection, number: str) -> None:
    connection.execute(
        update(pay_order).where(pay_order.c.id == number, pay_order.c.state == OPEN).values(state=CLOSED)
    )


def shown(connection: Connection, key: str, real: datetime) -> Record | None:
    """The code that stands on this payment's screen."""
    mine = (pay_order.c.payment_id == key, pay_order.c.state == OPEN, pay_order.c.way == NATIVE)
    row = connection.execute(select(pay_order).where(*mine).order_by(pay_order.c.id.desc())).first()
    return row if row is not None and serves(row, real) else None


def quiet(connection: Connection, community: str, real: datetime) -> list[Record]:
    """Open orders of which nothing was heard in time; each is asked after ever more seldom. `over`: it will not be paid
    any more, or need not be."""
    columns = (pay_order, payment.c.expires_at, payment.c.state.label("payment_state"))
    rows = select(*columns).join(payment, pay_order.c.payment_id == payment.c.id)
    asked = (pay_order.c.asked_at.is_not(None), pay_order.c.asked_at < real - LATE)
    mine = (pay_order.c.community_id == community, pay_order.c.state == OPEN, *asked)
    found = connection.execute(rows.where(*mine).order_by(pay_order.c.asked_at).limit(50))
    return [row for row in found if real - row.asked_at >= row.asked_at - row.created_at]


def is_over(row: Record, real: datetime) -> bool:
    return bool(row.payment_state != "pending" or row.expires_at + AFTER < real)


def looked(connection: Connection, number: str, real: datetime) -> None:
    """It is asked after now."""
    connection.execute(update(pay_order).where(pay_order.c.id == number).values(asked_at=real))


def others(connection: Connection, number: str) -> list[str]:
    """Orders of the same payment that can still be paid, and must not be."""
    key = select(pay_order.c.payment_id).where(pay_order.c.id == number).scalar_subquery()
    mine = (pay_order.c.payment_id == key, pay_order.c.state == OPEN, pay_order.c.id != number)
    return list(connection.execute(select(pay_order.c.id).where(*mine)).scalars())


def heard(connection: Connection, community: str, told: Notice, now: datetime, real: datetime) -> Settled:
    """What the provider says of an order. Early or late, again or otherwise: the first word that it is paid counts, no
    later one makes it unpaid, and money that no order of ours still needs is told to staff."""
    paid_for = payments.one(connection, _one(connection, community, told.payment).payment_id)
    hold(connection, "payment", paid_for.household_id)
    row, paid_for = _one(connection, community, told.payment), payments.one(connection, paid_for.id)
    if not told.paid:
        shut(connection, row.id)
        return Settled("cancelled", None)
    if _contradicts(connection, row, told):
        body = {"payment": paid_for.id, "order": row.id, "transaction": told.transaction, "came": CONTRADICTS}
        outbox.call_staff(connection, community, body, f"payment:{row.id}:{told.transaction}", real)
        return Settled(CONTRADICTS, None)
    if row.state in (PAID, TWICE):
        return Settled("repeated", payments.receipt_of(connection, paid_for.id))
    if paid_for.state not in payments.UNPAID:
        return _twice(connection, row, paid_for, told, real)
    fen = to_fen(told.amount)
    settled = payments.settle(connection, paid_for.id, fen, told.event, now, real, told.currency)
    if settled.outcome == "paid":
        _became(connection, row, PAID, told, real)
    return settled


def _contradicts(connection: Connection, row: Record, told: Notice) -> bool:
    """One order was paid by two numbers of theirs, or one of those paid two orders: neither can be."""
    if row.transaction is not None:
        return bool(row.transaction != told.transaction)
    same = (pay_order.c.community_id == row.community_id, pay_order.c.transaction == told.transaction)
    return connection.execute(select(pay_order.c.id).where(*same)).first() is not None


def _twice(connection: Connection, row: Record, paid_for: Record, told: Notice, real: datetime) -> Settled:
    """Two orders of one payment were both paid, in the moment in which one took the other's place."""
    _became(connection, row, TWICE, told, real)
    body = {"payment": paid_for.id, "asked": str(yuan(paid_for.amount)), "came": "twice"}
    outbox.call_staff(connection, row.community_id, body, f"payment:{row.id}:twice", real)
    return Settled("twice", payments.receipt_of(connection, paid_for.id))


def _became(connection: Connection, row: Record, state: str, told: Notice, real: datetime) -> None:
    values = {"state": state, "transaction": told.transaction or None, "paid_at": told.at or real}
    connection.execute(update(pay_order).where(pay_order.c.id == row.id).values(**values))


def _one(connection: Connection, community: str, number: str) -> Record:
    rows = select(pay_order).where(pay_order.c.id == number, pay_order.c.community_id == community)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no such order", status=404)
    return found
