"""Two estates of one property company with one merchant: neither pays, refunds or counts what is the other's."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select, update

from backend.models.money import payment
from backend.models.online import pay_order
from backend.providers.payment import Traded
from backend.services import communities, statements
from bot.contract.conversation import Community
from bot.money import firsts
from tests.backend.shop import Shop


def _of_the_other(shop: Shop, number: str) -> str:
    """This order, and its payment, are the other estate's; returns the payment."""

    def move(connection: Connection) -> str:
        communities.register(connection, Community("moon", {"en": "Moon"}, "Asia/Shanghai", {}, {}), demo=False)
        mine = select(pay_order.c.payment_id).where(pay_order.c.id == number)
        key: str = connection.execute(mine).scalar_one()
        connection.execute(update(pay_order).where(pay_order.c.id == number).values(community_id="moon"))
        connection.execute(update(payment).where(payment.c.id == key).values(community_id="moon"))
        return key

    found: str = shop.run(move)
    return found


def test_a_callback_for_the_others_order_moves_nothing_here(shop: Shop) -> None:
    """Rightly signed, of the same merchant and the same app, and sent to this estate's address."""
    shop.press(shop.link())
    number = shop.ordered()
    told = shop.fake.pay(number)
    key = _of_the_other(shop, number)
    assert shop.call(told).status_code == 404
    states = shop.run(lambda c: c.execute(select(payment.c.state).where(payment.c.id == key)).scalar_one())
    assert states == "pending"
    assert shop.pushes() == []


def test_the_others_lines_of_a_statement_are_no_difference_here(shop: Shop) -> None:
    mine, theirs = shop.paid(), shop.paid("pay the water bill for September", "yes")
    _of_the_other(shop, theirs)
    shop.fake.book()
    real = shop.one.app.state.desk.clock.real()
    today: date = real.astimezone(shop.one.settings.zone).date()
    assert shop.do(shop.cashier.reconcile(today)) == []
    (day,) = shop.run(lambda c: statements.newest(c, "sunshine"))
    assert day.payments == 1, "counted where it was paid"
    assert mine != theirs


def test_a_line_that_no_estate_knows_is_a_difference_in_the_first_only(shop: Shop) -> None:
    real = shop.one.app.state.desk.clock.real()
    lines = [Traded("unheard-of", "4200009", 100, False, "CNY", "")]
    merchant = shop.cashier.merchant
    first = firsts({"sunshine": merchant, "moon": merchant})
    assert first == {"sunshine"}

    def compared(connection: Connection) -> list[list[str]]:
        communities.register(connection, Community("moon", {"en": "Moon"}, "Asia/Shanghai", {}, {}), demo=False)
        days = [
            statements.compare(connection, key, merchant.name, real.date(), lines, real, first=key in first)
            for key in ("sunshine", "moon")
        ]
        return [[row.number for row in day] for day in days]

    assert shop.run(compared) == [["unheard-of"], []]
