"""The rules of online money on both databases, and at once: one payment, one refund, whoever comes together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from backend.db import Database, parse_url
from backend.models.money import bill, payment, payment_part, receipt
from backend.models.online import pay_order
from backend.models.people import household
from backend.providers.payment import NATIVE, Notice, Returned, Traded
from backend.services import arrears, billing, bills, online, orders, payments, refunds, statements
from backend.services.acting import Actor
from backend.services.orders import Payer
from backend.services.payments import Wish
from backend.services.refunds import Wanted
from bot.contract.conversation import Community
from bot.contract.errors import Refused
from bot.settings import Settings

REAL = datetime.fromisoformat("2026-11-20T01:30:00+00:00")
AT_ONCE = 12
OURS = Community("sunshine", {}, "Asia/Shanghai", {}, {}, "https://linli.example", "wechatpay")


@pytest.fixture
def db(fresh: Settings) -> Iterator[Database]:
    found = Database(parse_url(fresh.database_url))
    yield found
    found.close()


def _order(db: Database) -> tuple[str, int]:
    """An order for one bill of a home; its number and sum."""

    def work(connection: Connection) -> tuple[str, int]:
        home = connection.execute(select(household.c.id).where(household.c.label == "3栋2单元501")).scalar_one()
        billing.ensure(connection, "sunshine", home, REAL)
        one = next(row for row in bills.of_home(connection, "sunshine", home, None) if bills.is_open(row, REAL))
        begun = payments.begin(connection, OURS, Wish(home, "bills", [(one.id, one.amount)]), REAL)
        row, _ = orders.place(connection, begun.id, Payer(NATIVE), REAL)
        orders.placed(connection, row.id, NATIVE, "weixin://x", REAL)
        return str(row.id), int(one.amount)

    return db.submit(work).result()


def _told(number: str, fen: int, event: str) -> Notice:
    return Notice(event, number, Decimal(fen).scaleb(-2), True, transaction="4200001", at=REAL)


def _together(db: Database, work: Callable[[int], Callable[[Connection], Any]]) -> list[Any]:
    """All begun before any has ended; what each came to, or why it was refused."""
    waiting: list[Future[Any]] = [db.submit(work(n)) for n in range(AT_ONCE)]
    return [one.exception() or one.result() for one in waiting]


def test_many_callbacks_at_once_are_one_payment(db: Database) -> None:
    number, fen = _order(db)
    # Half of them the same notice, the others each their own of the same money.
    came = _together(
        db,
        lambda n: lambda c: orders.heard(c, "sunshine", _told(number, fen, f"EV-{n if n % 2 else 0}"), REAL, REAL),
    )
    assert sorted(one.outcome for one in came) == ["paid"] + ["repeated"] * (AT_ONCE - 1)
    mine = select(func.count()).select_from(receipt).join(payment).where(payment.c.provider == "wechatpay")
    assert db.read_now(lambda c: c.execute(mine).scalar_one()) == 1


def test_many_refunds_at_once_are_never_more_than_was_paid(db: Database) -> None:
    number, fen = _order(db)
    db.submit(lambda c: orders.heard(c, "sunshine", _told(number, fen, "EV"), REAL, REAL)).result()
    part = fen // 4
    who = Actor("sunshine", 1, "supervisor", "Supervisor", "supervisor", REAL, REAL)
    came = _together(db, lambda n: lambda c: refunds.ask(c, who, Wanted(number, part, "by mistake", f"{n:024d}")))
    refused = [one for one in came if isinstance(one, Refused)]
    assert (len(came) - len(refused), {one.reason for one in refused}) == (4, {"more than was paid"})
    mine = select(bill.c.paid).join(payment_part, payment_part.c.bill_id == bill.c.id)
    mine = mine.join(pay_order, pay_order.c.payment_id == payment_part.c.payment_id).where(pay_order.c.id == number)
    assert db.read_now(lambda c: c.execute(mine).scalar_one()) == fen - 4 * part


def test_a_day_from_the_order_to_the_statement(db: Database) -> None:
    number, fen = _order(db)
    who = Actor("sunshine", 1, "supervisor", "Supervisor", "supervisor", REAL, REAL)

    def work(connection: Connection) -> list[Any]:
        assert [row.id for row in orders.quiet(connection, "sunshine", REAL + orders.LATE * 2)] == [number]
        orders.heard(connection, "sunshine", _told(number, fen, "EV"), REAL, REAL)
        key = refunds.ask(connection, who, Wanted(number, fen, "by mistake", "0" * 24))
        ((wanted, _),) = refunds.due(connection, "sunshine")
        assert (wanted.order, wanted.fen, wanted.whole) == (number, fen, fen)
        assert refunds.heard(connection, "sunshine", Returned("EV-2", key, fen, "done", "503"), REAL, REAL) == "done"
        (came,) = online.paid(connection, "sunshine")
        assert (came.number, came.left) == (number, 0)
        lines = [Traded(number, "4200001", fen, False, "CNY", ""), Traded("x", "4200002", 1, False, "CNY", "")]
        lines.append(Traded(key, "503", fen + 1, True, "CNY", ""))
        assert statements.unknown_here(connection, "sunshine", lines) == []
        return statements.compare(connection, "sunshine", "wechatpay", REAL.date(), lines, REAL)

    found = db.submit(work).result()
    assert sorted((row.kind, row.refunded) for row in found) == [("amount", 1), ("not_here", 0)]
    again = db.submit(lambda c: statements.missing(c, "sunshine", "wechatpay", REAL.date(), 2)).result()
    assert len(again) == 2


def test_reminders_at_once_are_one(db: Database) -> None:
    _order(db)
    db.submit(lambda c: c.execute(update(bill).values(due_on=datetime(2026, 1, 1).date()))).result()
    day = REAL.replace(hour=10)
    rule = arrears.Rule(7, 14)
    homes = db.submit(lambda c: arrears.due(c, "sunshine", rule, day)).result()
    came = _together(db, lambda n: lambda c: arrears.remind(c, "sunshine", rule, day, REAL, homes))
    assert sum(came) == 1
