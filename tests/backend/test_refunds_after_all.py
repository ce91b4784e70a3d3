"""A provider's second thoughts of a refund, and answers that nobody can read: the money is never paid back twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from backend.models.online import pay_order
from backend.models.talk import outbox
from backend.services import errands, refunds
from backend.services.outbox import call_staff
from bot.contract.errors import Refused, Unavailable
from tests.backend.shop import Shop

NOON = datetime(2026, 11, 20, 12)


def _bill(shop: Shop) -> tuple[str, int]:
    (item,) = shop.one.items("bills")
    return item["state"], round(float(item["paid"]) * 100)


def _errands(connection: Connection) -> list[Any]:
    return list(errands.open_of(connection, "sunshine"))


def test_a_refund_that_failed_and_came_through_after_all(shop: Shop) -> None:
    number = shop.paid()
    key = shop.ask(number, 23320)
    shop.do(shop.cashier.look())
    for state in ("ABNORMAL", "SUCCESS", "SUCCESS"):
        body = shop.fake.notice(shop.fake.end_refund(key, state), kind=f"REFUND.{state}")
        assert shop.tell(body, shop.fake.signed(body)).status_code == 204
    assert (shop.refund(key).state, shop.payment()["state"]) == ("done", "refunded")
    assert _bill(shop) == ("open", 0)
    told = [one for one in shop.staff() if one.get("refund") == key]
    assert [(one["state"], one.get("again")) for one in told] == [("after_all", "233.20"), ("failed", None)]
    with pytest.raises(Refused, match="more than was paid"):
        shop.ask(number, 1, "d" * 24)
    words = [shop.one.app.state.desk.speaker.words(one.words, "en", NOON) for one in shop.run(_errands)]
    assert [one for one in words if "was paid back after all" in one]


def test_an_answer_that_cannot_be_read_fails_no_refund(shop: Shop) -> None:
    number = shop.paid()
    key = shop.ask(number, 23320)
    shop.do(shop.cashier.look())
    shop.fake.refunds[key]["status"] = "SOMETHING_NEW"
    with pytest.raises(Unavailable, match="cannot be read"):
        shop.do(shop.cashier.merchant.give_back(shop.run(lambda c: refunds.due(c, "sunshine"))[0][0]))
    shop.do(shop.cashier.look())
    assert (shop.refund(key).state, _bill(shop)) == ("sent", ("open", 0))


def test_an_order_of_which_nothing_can_be_made_holds_up_no_other_and_no_refund(shop: Shop) -> None:
    paid = shop.paid()
    key = shop.ask(paid, 100)
    numbers = []
    for said in ("pay the water bill for September", "put 200 yuan on the electricity meter"):
        shop.press(shop.link(said, "yes"))
        numbers.append(shop.ordered())
        shop.fake.pay(numbers[-1])
    ago = shop.one.app.state.desk.clock.real() - timedelta(minutes=5)
    old = update(pay_order).where(pay_order.c.id.in_(numbers))
    shop.run(lambda c: c.execute(old.values(asked_at=ago, created_at=ago)))
    shop.fake.orders[numbers[0]]["said"]["amount"]["total"] = "1"
    shop.do(shop.cashier.look())
    states = {row.id: row for row in shop.run(lambda c: c.execute(select(pay_order)).all())}
    assert [states[one].state for one in numbers] == ["open", "paid"]
    assert shop.refund(key).state == "sent"
    assert states[numbers[0]].asked_at > ago


def test_only_errands_of_money_and_gates_are_ticked_off(shop: Shop) -> None:
    who = shop.supervisor()
    for once in ("handover:1", "refund:1:failed"):
        body = {"refund": "1", "amount": "1.00", "state": "failed"}
        shop.run(partial(call_staff, community="sunshine", body=body, once=once, real=who.real))
    rows = shop.run(lambda c: c.execute(select(outbox.c.id).where(outbox.c.kind == "staff")).scalars().all())
    with pytest.raises(Refused, match="done already"):
        shop.run(lambda c: errands.done(c, who, rows[-2], "seen to it"))
    shop.run(lambda c: errands.done(c, who, rows[-1], "seen to it"))
    states = select(outbox.c.state).where(outbox.c.id.in_(rows[-2:])).order_by(outbox.c.id)
    assert shop.run(lambda c: c.execute(states).scalars().all()) == ["due", "sent"]
