"""Money that goes back, and a day beside the provider's statement: never more than came, no difference unseen."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.models.money import bill, fee_account, payment_part
from backend.models.online import difference, pay_order, refund
from backend.models.people import household
from backend.services import statements
from bot.contract.errors import Refused
from tests.backend.shop import PHONE, Shop
from tests.clerk import Clerk
from tests.fakes.wechatpay_papers import paid_line

EN = {"accept-language": "en"}


_paid, _who, _ask, _state = Shop.paid, Shop.supervisor, Shop.ask, Shop.refund


def _bill(shop: Shop) -> tuple[str, int]:
    (item,) = shop.one.items("bills")
    return item["state"], round(float(item["paid"]) * 100)


def test_a_part_goes_back_and_its_bill_is_open_again(shop: Shop) -> None:
    number = _paid(shop)
    key = _ask(shop, number, 3320)
    assert _bill(shop) == ("part_paid", 20000)
    shop.do(shop.cashier.look())
    assert (_state(shop, key).state, shop.fake.refunds[key]["status"]) == ("sent", "PROCESSING")
    told = shop.fake.end_refund(key)
    body = shop.fake.notice(told, kind="REFUND.SUCCESS")
    for _ in range(3):
        assert shop.tell(body, shop.fake.signed(body)).status_code == 204
    assert _state(shop, key).state == "done"
    assert [text for text in shop.pushes() if "33.20" in text]
    assert len(shop.pushes()) == 2
    late = shop.fake.notice({**told, "refund_status": "ABNORMAL"}, kind="REFUND.ABNORMAL")
    assert shop.tell(late, shop.fake.signed(late)).status_code == 204
    assert _state(shop, key).state == "done", "what is over stays so"
    assert _bill(shop) == ("part_paid", 20000)


def test_never_more_than_was_paid(shop: Shop) -> None:
    number = _paid(shop)
    for fen in (23321, 0, -1):
        with pytest.raises(Refused, match="more than was paid"):
            _ask(shop, number, fen)
    _ask(shop, number, 20000, "a" * 24)
    with pytest.raises(Refused, match="more than was paid"):
        _ask(shop, number, 3321, "b" * 24)
    _ask(shop, number, 3320, "c" * 24)
    shop.do(shop.cashier.look())
    assert sum(one["amount"]["refund"] for one in shop.fake.refunds.values()) == 23320
    assert _bill(shop) == ("open", 0)


def test_pressed_twice_is_one_refund(shop: Shop) -> None:
    number = _paid(shop)
    _ask(shop, number, 100)
    with pytest.raises(Refused, match="asked already"):
        _ask(shop, number, 100)
    assert _bill(shop)[1] == 23220


@pytest.mark.parametrize("why", ["poor", "failed"])
def test_a_refund_that_fails_leaves_everything_as_it_was(shop: Shop, why: str) -> None:
    number = _paid(shop)
    shop.fake.poor = why == "poor"
    key = _ask(shop, number, 23320)
    assert _bill(shop) == ("open", 0)
    shop.do(shop.cashier.look())
    if why == "failed":
        body = shop.fake.notice(shop.fake.end_refund(key, "CLOSED"), kind="REFUND.CLOSED")
        assert shop.tell(body, shop.fake.signed(body)).status_code == 204
    found = _state(shop, key)
    assert (found.state, "NOT_ENOUGH" in (found.trouble or "")) == ("failed", why == "poor")
    assert _bill(shop) == ("paid", 23320)
    assert [one for one in shop.staff() if one.get("refund") == key]
    assert shop.payment()["receipt"] is not None
    shop.fake.poor = False
    _ask(shop, number, 23320, "d" * 24)


def test_the_whole_of_it_voids_the_receipt_and_the_same_money_pays_nothing_again(shop: Shop) -> None:
    number = _paid(shop)
    key = _ask(shop, number, 23320)
    shop.do(shop.cashier.look())
    body = shop.fake.notice(shop.fake.end_refund(key), kind="REFUND.SUCCESS")
    assert shop.tell(body, shop.fake.signed(body)).status_code == 204
    assert shop.payment()["state"] == "refunded"
    assert shop.call(shop.fake.told(number)).status_code == 204
    assert _bill(shop) == ("open", 0)


def test_what_was_paid_ahead_goes_back_from_the_account(shop: Shop) -> None:
    balance = select(fee_account.c.balance).join(household, fee_account.c.household_id == household.c.id)
    mine = balance.where(household.c.label == "3栋2单元501", fee_account.c.fee == "electricity")
    number = _paid(shop, "put 200 yuan on the electricity meter", "yes")
    before = shop.run(lambda c: c.execute(mine).scalar_one())
    _ask(shop, number, 5000)
    assert shop.run(lambda c: c.execute(mine).scalar_one()) == before - 5000
    assert shop.run(lambda c: c.execute(select(func.sum(payment_part.c.returned))).scalar_one()) == 5000


def test_a_second_payment_goes_back_and_takes_nothing_from_the_bill(shop: Shop) -> None:
    key = shop.link()
    shop.press(key)
    shop.run(lambda c: c.execute(update(pay_order).values(state="closed")))
    shop.press(key, PHONE)
    for told in [shop.fake.pay(number) for number in list(shop.fake.orders)]:
        shop.call(told)
    second = shop.run(lambda c: c.execute(select(pay_order.c.id).where(pay_order.c.state == "twice")).scalar_one())
    made = _ask(shop, second, 23320)
    shop.do(shop.cashier.look())
    body = shop.fake.notice(shop.fake.end_refund(made), kind="REFUND.SUCCESS")
    assert shop.tell(body, shop.fake.signed(body)).status_code == 204
    assert (_state(shop, made).state, shop.payment()["state"]) == ("done", "paid")
    assert _bill(shop) == ("paid", 23320)


def test_a_refund_for_another_sum_is_told_to_staff(shop: Shop) -> None:
    number = _paid(shop)
    key = _ask(shop, number, 100)
    shop.do(shop.cashier.look())
    told = shop.fake.end_refund(key)
    told["amount"]["refund"] = 10_000
    body = shop.fake.notice(told, kind="REFUND.SUCCESS")
    assert shop.tell(body, shop.fake.signed(body)).status_code == 422
    assert _state(shop, key).state == "sent"


def _today(shop: Shop) -> date:
    found: date = shop.one.app.state.desk.clock.real().astimezone(shop.one.settings.zone).date()
    return found


def _differences(shop: Shop) -> list[tuple[str, str, int | None, int | None]]:
    rows = shop.do(shop.cashier.reconcile(_today(shop)))
    return sorted((row.kind, row.number, row.ours, row.theirs) for row in rows)


def test_a_day_that_agrees(shop: Shop) -> None:
    number = _paid(shop)
    _ask(shop, number, 100)
    shop.do(shop.cashier.look())
    shop.run(lambda c: c.execute(update(refund).values(created_at=_noon(shop))))
    shop.fake.book()
    assert _differences(shop) == []
    (day,) = shop.run(lambda c: statements.newest(c, "sunshine"))
    assert (day.payments, day.paid, day.refunds, day.returned) == (1, 23320, 1, 100)


def _noon(shop: Shop) -> Any:
    here = shop.one.app.state.desk.clock.real().astimezone(shop.one.settings.zone)
    return here.replace(hour=12, minute=0)


def test_a_day_without_anything_has_no_statement(shop: Shop) -> None:
    assert _differences(shop) == []
    assert len(shop.run(lambda c: statements.newest(c, "sunshine"))) == 1


def test_every_way_in_which_a_day_can_differ(shop: Shop) -> None:
    lost = _paid(shop)
    shop.run(lambda c: c.execute(update(pay_order).values(paid_at=_noon(shop))))
    wrong = _paid(shop, "pay the water bill for September", "yes")
    shop.fake.orders[wrong]["said"]["amount"]["total"] += 1
    shop.fake.book((paid_line("stranger", "4200001", "1.00"),), frozenset({lost}))
    found = {kind: number for kind, number, _, _ in _differences(shop)}
    assert found == {"not_there": lost, "amount": wrong, "not_here": "stranger"}
    assert len([one for one in shop.staff() if "differences" in one]) == 1
    assert {kind for kind, _, _, _ in _differences(shop)} == set(found), "looked at again it is the same"
    rows = shop.run(lambda c: statements.open_of(c, "sunshine"))
    key = next(row.id for row in rows if row.kind == "not_here")
    who = _who(shop)
    shop.run(lambda c: statements.settle(c, who, key, "the kiosk's own merchant line"))
    assert {kind for kind, _, _, _ in _differences(shop)} == {"not_there", "amount"}
    assert shop.run(lambda c: c.execute(select(func.count()).select_from(difference)).scalar_one()) == 3


def test_what_only_they_have_is_asked_after_before_it_is_a_difference(shop: Shop) -> None:
    shop.press(shop.link())
    shop.fake.pay(shop.ordered())
    shop.fake.book()
    assert _differences(shop) == []
    assert shop.payment()["state"] == "paid"


@pytest.mark.parametrize(
    "spoil", [lambda c: c[: len(c) // 2], lambda c: c.replace(b"`1,", b"`2,", 1), lambda c: b"a,b\r\n"]
)
def test_a_statement_that_is_not_whole_is_refused(shop: Shop, spoil: Any) -> None:
    _paid(shop)
    shop.fake.book()
    content = spoil(shop.fake.files["day"])
    shop.fake.files["day"] = content if content != shop.fake.files["day"] else b""
    with pytest.raises(Refused, match="statement"):
        shop.do(shop.cashier.reconcile(_today(shop)))


def test_days_that_were_missed_are_caught_up_once(shop: Shop) -> None:
    here = shop.one.app.state.desk.clock.real().astimezone(shop.one.settings.zone)
    shop.do(shop.cashier.catch_up(here, 3))
    days = [row.day for row in shop.run(lambda c: statements.newest(c, "sunshine"))]
    assert days == [here.date() - timedelta(days=n) for n in (1, 2, 3)]
    asked = len(shop.fake.asked)
    shop.do(shop.cashier.catch_up(here, 3))
    assert len(shop.fake.asked) == asked


def _clerk(shop: Shop, login: str) -> Clerk:
    """At the address that the installation is known by: its cookies travel over https only."""
    clerk = Clerk(shop.one)
    clerk.http.base_url = "https://linli"
    assert clerk.sign_in(login).status_code == 303
    return clerk


def test_the_desk_pays_back_and_settles(shop: Shop) -> None:
    number = _paid(shop)
    shop.fake.book((paid_line("stranger", "4200001", "1.00"),))
    shop.do(shop.cashier.reconcile(_today(shop)))
    clerk = _clerk(shop, "supervisor")
    page = clerk.get("/console/money", **EN).text
    for words in ("233.20", "The provider has it, we do not", "3栋2单元501"):
        assert words in page
    assert shop.call({**shop.fake.told(number), "transaction_id": "4200009"}).status_code == 422
    told = clerk.get("/console/money", **EN).text
    assert "says two things of one payment" in told
    (errand,) = re.findall(r'action="(/console/errands/\d+)"', told)
    assert clerk.post(errand, note="no").status_code == 422
    assert clerk.post(errand, note="asked them, theirs").status_code == 204
    assert clerk.post(errand, note="asked them, theirs").status_code == 409
    assert "/console/errands/" not in clerk.get("/console/money").text
    path = f"/console/orders/{number}/refund"
    assert clerk.post(path, amount="300", reason="too much", nonce="e" * 24).json()["pointer"] == "/amount"
    assert clerk.post(path, amount="33.20", reason="by mistake", nonce="e" * 24).status_code == 204
    assert _bill(shop) == ("part_paid", 20000)
    key = shop.run(lambda c: c.execute(select(difference.c.id)).scalar_one())
    assert clerk.post(f"/console/differences/{key}", note="ok").status_code == 422
    assert clerk.post(f"/console/differences/{key}", note="another till's").status_code == 204
    assert clerk.post(f"/console/differences/{key}", note="another till's").status_code == 409
    after = clerk.get("/console/money", **EN).text
    assert "being paid back" in after
    assert "Everything agrees" in after
    assert _clerk(shop, "agent").post(path, amount="1", reason="by mistake", nonce="f" * 24).status_code == 403
    assert shop.run(lambda c: c.execute(select(bill.c.state).where(bill.c.paid == 20000)).scalar_one()) == "part_paid"
