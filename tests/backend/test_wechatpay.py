"""WeChat Pay from the payer's page to the receipt: paid once whatever is said; what is not theirs pays nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.money import bill, callback
from backend.models.online import pay_order
from backend.services import bills
from tests.backend.shop import PHONE, Shop
from tests.fakes.wechatpay_papers import APPID, MCHID, V3_KEY


def test_a_code_on_the_screen_is_paid_and_closes_the_bill_once(shop: Shop) -> None:
    key = shop.link()
    page = shop.page(key)
    assert "233.20" in page.text
    assert "3栋" not in page.text, "whoever has the link sees the sum, and nothing of the home"
    assert shop.press(key).headers["location"] == f"/pay/{key}"
    coded = shop.page(key)
    assert 'http-equiv="refresh"' in coded.text
    assert "script" not in coded.headers["content-security-policy"]
    picture = shop.one.request("GET", f"/pay/{key}/code.svg")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    shop.press(key)
    assert len(shop.fake.orders) == 1, "the same code serves again"
    number = shop.ordered()
    told = shop.fake.pay(number)
    body = shop.fake.notice(told)
    for _ in range(3):
        assert shop.tell(body, shop.fake.signed(body)).status_code == 204
    assert shop.call(told).status_code == 204, "the same money by another notice"
    paid = shop.payment()
    assert (paid["state"], paid["receipt"]) == ("paid", "S-20261120-0001")
    (item,) = shop.one.items("bills")
    assert (item["state"], item["paid"]) == ("paid", "233.20")
    assert len(shop.pushes()) == 1
    assert paid["receipt"] in shop.pushes()[0]
    assert paid["receipt"] in shop.page(key).text
    assert len(shop.run(lambda c: c.execute(select(callback)).all())) == 1
    again = shop.press(key)
    assert again.status_code == 409


def test_a_phones_browser_is_sent_to_the_vendors_page_and_back(shop: Shop) -> None:
    key = shop.link()
    to = shop.press(key, PHONE).headers["location"]
    assert to.startswith("https://wx.tenpay.com/")
    assert to.endswith(f"&redirect_url=https%3A%2F%2Flinli.example%2Fpay%2F{key}%3Fdone%3D1")
    said = shop.fake.orders[shop.ordered()]["said"]
    assert said["scene_info"] == {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}
    assert shop.page(key).headers["referrer-policy"] == "strict-origin", "their page asks which site sent the payer"
    waiting = shop.one.request("GET", f"/pay/{key}?done=1", headers=PHONE)
    assert 'http-equiv="refresh"' in waiting.text
    assert shop.call(shop.fake.pay(shop.ordered())).status_code == 204
    assert shop.payment()["state"] == "paid"


def test_another_way_closes_the_one_before(shop: Shop) -> None:
    key = shop.link()
    shop.press(key)
    first = shop.ordered()
    shop.press(key, PHONE)
    second = shop.ordered()
    assert (first != second, shop.fake.orders[first]["state"]) == (True, "CLOSED")
    assert shop.one.request("GET", f"/pay/{key}/code.svg").status_code == 404


def test_what_was_paid_on_the_first_screen_is_seen_before_a_second_is_shown(shop: Shop) -> None:
    """The callback has not come; closing the order tells that it was paid."""
    key = shop.link()
    shop.press(key)
    shop.fake.pay(shop.ordered())
    assert shop.press(key, PHONE).status_code == 409
    assert len(shop.fake.orders) == 1
    assert shop.payment()["state"] == "paid"


FORGED: dict[str, Callable[[Shop, dict[str, Any]], Any]] = {
    "no signature": lambda s, told: s.call(told, {}),
    "another body": lambda s, told: s.tell(s.fake.notice(told), s.fake.signed(s.fake.notice(told))),
    "an unknown key": lambda s, told: _signed(s, told, serial="PUB_KEY_ID_0000000000000000000000000000"),
    "a probe": lambda s, told: _marked(s, told, "WECHATPAY/SIGNTEST/aGVsbG8="),
    "six minutes late": lambda s, told: _signed(s, told, shift=-360),
    "six minutes early": lambda s, told: _signed(s, told, shift=900),
    "sealed with another key": lambda s, told: s.call(told, key=V3_KEY[::-1]),
}


def _signed(shop: Shop, told: dict[str, Any], **how: Any) -> Any:
    body = shop.fake.notice(told)
    return shop.tell(body, shop.fake.signed(body, **how))


def _marked(shop: Shop, told: dict[str, Any], mark: str) -> Any:
    body = shop.fake.notice(told)
    return shop.tell(body, {**shop.fake.signed(body), "Wechatpay-Signature": mark})


def test_forged_callbacks_move_nothing(shop: Shop) -> None:
    key = shop.link()
    shop.press(key)
    told = shop.fake.pay(shop.ordered())
    for name, tell in FORGED.items():
        assert tell(shop, told).status_code == 401, name
    assert shop.payment()["state"] == "pending"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"mchid": "1900000002"}, 422),
        ({"appid": "wx0000000000000002"}, 422),
        ({"amount": {"total": 1, "currency": "CNY"}}, 422),
        ({"amount": {"total": 23320, "currency": "USD"}}, 422),
        ({"amount": {"total": 23320}}, 422),
        ({"amount": {"total": "23320", "currency": "CNY"}}, 400),
        ({"amount": {"total": True, "currency": "CNY"}}, 400),
        ({"amount": {"total": -23320, "currency": "CNY"}}, 400),
        ({"amount": None}, 400),
        ({"out_trade_no": "nobody"}, 404),
        ({"transaction_id": ""}, 400),
    ],
)
def test_what_does_not_fit_pays_nothing(shop: Shop, changed: dict[str, Any], status: int) -> None:
    key = shop.link()
    shop.press(key)
    told = shop.fake.pay(shop.ordered())
    assert shop.call({**told, **changed}).status_code == status
    assert shop.payment()["state"] == "pending"
    if "amount" in changed and status == 422:
        assert [one["payment"] for one in shop.staff()] == [key], "told to a person, not lost"
    assert shop.call(told).status_code == 204, "what is right is still taken afterwards"
    assert shop.payment()["state"] == "paid"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"id":"1","event_type":"X","resource":7}'])
def test_what_is_no_callback_is_refused(shop: Shop, body: bytes) -> None:
    assert shop.tell(body, shop.fake.signed(body)).status_code == 400


def test_kinds_that_are_not_ours_and_unknown_merchants(shop: Shop) -> None:
    body = shop.fake.notice({"mchid": MCHID, "appid": APPID}, kind="COMPLAINT.CREATE")
    assert shop.tell(body, shop.fake.signed(body)).status_code == 400
    elsewhere = "/payments/wechatpay/nobody/callback"
    assert shop.one.request("POST", elsewhere, content=body, headers=shop.fake.signed(body)).status_code == 404


def test_contradictions_do_not_unpay(shop: Shop) -> None:
    key = shop.link()
    shop.press(key)
    number = shop.ordered()
    told = shop.fake.pay(number)
    assert shop.call({**told, "trade_state": "PAYERROR"}).status_code == 204
    assert shop.payment()["state"] == "pending"
    assert shop.call(told).status_code == 204, "a closed order that was paid after all"
    assert shop.call({**told, "trade_state": "CLOSED"}).status_code == 204
    assert shop.payment()["state"] == "paid"
    assert len(shop.pushes()) == 1


def test_money_that_comes_after_the_link_is_over_counts(shop: Shop) -> None:
    key = shop.link()
    shop.press(key)
    told = shop.fake.pay(shop.ordered())
    shop.one.wait(60 * 25)
    body = shop.fake.notice(told)
    assert shop.tell(body, shop.fake.signed(body, shift=60 * 60 * 25)).status_code == 204
    assert shop.payment()["state"] == "paid"


def test_two_orders_paid_is_one_payment_and_a_word_to_staff(shop: Shop) -> None:
    """In the moment in which one takes the other's place."""
    key = shop.link()
    shop.press(key)
    first = shop.ordered()
    shop.fake.orders[first]["state"] = "NOTPAY"
    shop.run(lambda c: c.execute(pay_order.update().values(state="closed")))
    shop.press(key, PHONE)
    second = shop.ordered()
    for told in [shop.fake.pay(number) for number in (first, second)]:
        assert shop.call(told).status_code == 204
    states = {row.id: row.state for row in shop.run(lambda c: c.execute(select(pay_order)).all())}
    assert states == {first: "paid", second: "twice"}
    assert [one["came"] for one in shop.staff()] == ["twice"]
    (item,) = shop.one.items("bills")
    assert item["paid"] == "233.20"


def test_a_callback_that_never_came_is_asked_for(shop: Shop) -> None:
    key = shop.link()
    shop.press(key)
    number = shop.ordered()
    asked = len(shop.fake.asked)
    shop.do(shop.cashier.look())
    assert len(shop.fake.asked) == asked, "not before it is late"
    shop.fake.pay(number)
    shop.run(lambda c: c.execute(pay_order.update().values(asked_at=_ago(shop, 5), created_at=_ago(shop, 5))))
    shop.do(shop.cashier.look())
    assert shop.payment()["state"] == "paid"
    assert shop.call(shop.fake.told(number)).status_code == 204
    assert len(shop.pushes()) == 1


def test_one_number_of_theirs_pays_one_order(shop: Shop) -> None:
    first, second = shop.link(), shop.link("pay the water bill for September", "yes")
    numbers = []
    for key in (first, second):
        shop.press(key)
        numbers.append(shop.ordered())
    told = shop.fake.pay(numbers[0])
    assert shop.call(told).status_code == 204
    other = shop.fake.pay(numbers[1])
    assert shop.call({**other, "transaction_id": told["transaction_id"]}).status_code == 422
    assert shop.call({**told, "transaction_id": "4200009"}).status_code == 422
    assert [one["came"] for one in shop.staff()] == ["contradicts", "contradicts"]
    assert sorted(one["state"] for one in shop.one.items("payments")) == ["paid", "pending"]
    assert shop.call(other).status_code == 204


def _ago(shop: Shop, minutes: float) -> Any:
    return shop.one.app.state.desk.clock.real() - timedelta(minutes=minutes)


def test_the_vendor_is_away(shop: Shop) -> None:
    key = shop.link()
    shop.fake.away = True
    assert shop.press(key).status_code == 503
    shop.fake.away = False
    assert shop.press(key).status_code == 303
    open_ = shop.run(lambda c: c.execute(select(bill.c.id).where(bill.c.state.in_(bills.UNPAID))).all())
    assert open_
