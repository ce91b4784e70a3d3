"""What came in by a provider, as the desk reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from backend.models.money import payment, receipt
from backend.models.online import pay_order, refund
from backend.models.people import household
from backend.services import orders, refunds
from bot.contract.text import Text, t

SHOWN = 40
STATES: dict[str, Text] = {
    refunds.ASKED: t("being paid back", context="refund"),
    refunds.SENT: t("being paid back", context="refund"),
    refunds.DONE: t("paid back", context="refund"),
    refunds.FAILED: t("could not be paid back", context="refund"),
}


@dataclass(frozen=True, slots=True)
class Came:
    """left: what of it can still go back; twice: no bill needed it, as its payment was paid already."""

    number: str
    home: int
    label: str
    fen: int
    left: int
    receipt: str
    at: datetime
    twice: bool


def paid(connection: Connection, community: str) -> list[Came]:
    """The newest first."""
    gone = (
        select(refund.c.order_id, func.sum(refund.c.amount).label("fen"))
        .where(refund.c.community_id == community, refund.c.state != refunds.FAILED)
        .group_by(refund.c.order_id)
        .subquery()
    )
    joined = (
        pay_order.join(payment, pay_order.c.payment_id == payment.c.id)
        .join(household, payment.c.household_id == household.c.id)
        .outerjoin(receipt, receipt.c.payment_id == payment.c.id)
        .outerjoin(gone, gone.c.order_id == pay_order.c.id)
    )
    columns = (pay_order.c.id, pay_order.c.state, pay_order.c.paid_at, payment.c.amount, payment.c.household_id)
    rows = select(*columns, household.c.label, receipt.c.number, gone.c.fen).select_from(joined)
    mine = (pay_order.c.community_id == community, pay_order.c.state.in_((orders.PAID, orders.TWICE)))
    return [
        Came(
            number=row.id,
            home=row.household_id,
            label=row.label,
            fen=row.amount,
            left=row.amount - (row.fen or 0),
            receipt=row.number or "",
            at=row.paid_at,
            twice=row.state == orders.TWICE,
        )
        for row in connection.execute(rows.where(*mine).order_by(pay_order.c.paid_at.desc()).limit(SHOWN))
    ]
