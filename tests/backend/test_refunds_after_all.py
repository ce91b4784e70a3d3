"""A provider's second thoughts of a refund, and answers that nobody can read: the money is never paid back twice."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from backend.services import errands, refunds
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
    with contextlib.suppress(Unavailable):
        shop.do(shop.cashier.look())
    assert (shop.refund(key).state, _bill(shop)) == ("sent", ("open", 0))
