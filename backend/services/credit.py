"""Money that a home has paid beyond its bills: kept on the fee's account, used for its next bill, and given back from
there when the posting that brought it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, select, update

from backend.db import Record, hold
from backend.models.money import bill, fee_account, payment, payment_part
from backend.services import bills, payments, periods
from backend.services.payments import CREDIT
from bot.contract.errors import Refused
from bot.contract.text import t


def use(connection: Connection, accounts: Sequence[Record], now: datetime) -> None:
    """Put what lies on these accounts of one home to their bills of this month and before, the oldest first.

    A bill in dispute is left alone, and so is one that is only estimated: what it will come to is not known.
    """
    ahead = [row.id for row in accounts if row.balance > 0]
    if not ahead:
        return
    hold(connection, "payment", accounts[0].household_id)
    for account in connection.execute(_accounts(ahead)).all():
        left, parts = account.balance, []
        for row in connection.execute(_due(account.id, periods.of(now.date()))).all():
            part = min(left, bills.left(row))
            if part:
                parts.append((row.id, part))
                _pay(connection, row, part)
                left -= part
        if parts:
            payments.from_credit(connection, account.community_id, account.household_id, parts, now)
            _keep(connection, account.id, left)


def give_back(connection: Connection, account_id: int, fen: int) -> None:
    """So much does not lie there any more; bills that it has paid since are open again, the newest first."""
    balance = connection.execute(_accounts([account_id])).one().balance
    joined = payment.join(payment_part, payment_part.c.payment_id == payment.c.id).join(
        bill, payment_part.c.bill_id == bill.c.id
    )
    uses = select(payment.c.id, bill.c.id.label("bill_id")).select_from(joined)
    uses = uses.where(payment.c.kind == CREDIT, payment.c.state == "paid", bill.c.account_id == account_id)
    for key in dict.fromkeys(connection.execute(uses.order_by(payment.c.id.desc())).scalars()):
        if balance >= fen:
            break
        for row in payments.parts(connection, key):
            _pay(connection, row, -row.part)
            balance += row.part
        connection.execute(update(payment).where(payment.c.id == key).values(state="reversed"))
    if balance < fen:
        said = t("Of what was paid ahead here, less is left than is to be taken back.")
        raise Refused("used already", said, status=409)
    _keep(connection, account_id, balance - fen)


def _accounts(ids: Sequence[int]) -> Select[tuple[object, ...]]:
    return select(fee_account).where(fee_account.c.id.in_(ids)).order_by(fee_account.c.id).with_for_update()


def _due(account_id: int, month: str) -> Select[tuple[object, ...]]:
    mine = (bill.c.account_id == account_id, bill.c.kind == "monthly", bill.c.state.in_(bills.UNPAID))
    rows = select(bill).where(*mine, bill.c.estimated.is_(False), bill.c.paused_at.is_(None), bill.c.period <= month)
    return rows.order_by(bill.c.period).with_for_update()


def _pay(connection: Connection, row: Record, fen: int) -> None:
    paid = max(0, row.paid + fen)
    state = "paid" if paid >= row.amount else "part_paid" if paid else "open"
    connection.execute(update(bill).where(bill.c.id == row.id).values(paid=paid, state=state))


def _keep(connection: Connection, account_id: int, fen: int) -> None:
    connection.execute(update(fee_account).where(fee_account.c.id == account_id).values(balance=fen))
