"""Bills, payments and disputes: reckoned alike everywhere, paid exactly once, seen only by whom they concern."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select, update

from backend.db import open_engine, parse_url
from backend.models.money import bill, payment
from backend.models.people import household
from backend.models.people import resident as person
from backend.providers.demo_payment import DemoPayment
from backend.services import billing, bills, fees, periods
from backend.services.amounts import price, to_fen, yuan
from backend.services.progress import Whose
from bot.clock import SystemClock
from bot.contract.errors import NotTheirs
from bot.settings import Settings
from tests.conftest import MakeResident
from tests.resident import Resident

NOW = "2026-11-20T09:30"
PROVIDER = DemoPayment()


@pytest.fixture
def db(fresh: Settings) -> Iterator[Connection]:
    engine = open_engine(parse_url(fresh.database_url))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _home(db: Connection, label: str) -> int:
    return int(db.execute(select(household.c.id).where(household.c.label == label)).scalar_one())


def _at(settings: Settings, text: str = NOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=settings.zone)


def test_every_home_has_all_fees_for_three_months_and_the_next(db: Connection, fresh: Settings) -> None:
    now = _at(fresh)
    wanted = {(fee, period) for fee in billing.FEES for period in periods.between("2026-08", "2026-12")}
    for label in ("1栋1单元101", "20栋3单元1804", "12栋2单元603"):
        home = _home(db, label)
        assert billing.ensure(db, "sunshine", home, now)
        assert not billing.ensure(db, "sunshine", home, now)
        rows = bills.of_home(db, "sunshine", home, None)
        assert wanted <= {(row.fee, row.period) for row in rows}
        lines = bills.lines(db, [row.id for row in rows])
        for row in rows:
            assert row.amount == sum(line.amount for line in lines[row.id]) > 0
            assert all(line.amount == price(line.quantity, line.rate) for line in lines[row.id])
        balances = bills.accounts(db, "sunshine", home, None)
        assert all(balances[fee].balance > 0 for fee in billing.METERED)


def test_meters_go_on_from_where_they_were(db: Connection, fresh: Settings) -> None:
    home = _home(db, "7栋1单元304")
    billing.ensure(db, "sunshine", home, _at(fresh))
    billing.ensure(db, "sunshine", home, _at(fresh, "2027-02-03T10:00"))
    rows = [row for row in bills.of_home(db, "sunshine", home, None) if row.fee == "water" and not row.estimated]
    lines = bills.lines(db, [row.id for row in rows])
    meters = [(lines[row.id][0].reading_from, lines[row.id][0].reading_to) for row in rows]
    assert [row.period for row in rows] == periods.between("2026-07", "2027-01")
    assert all(before[1] == after[0] for before, after in itertools.pairwise(meters))


def test_one_home_is_in_arrears(db: Connection, fresh: Settings) -> None:
    home = _home(db, "8栋3单元1201")
    billing.ensure(db, "sunshine", home, _at(fresh))
    late = [row for row in bills.of_home(db, "sunshine", home, None) if bills.is_overdue(row, _at(fresh).date())]
    assert {row.fee for row in late} == {"property"}
    assert len(late) >= 3


def test_a_tenant_never_sees_what_the_owner_owes(db: Connection, fresh: Settings) -> None:
    home = _home(db, "12栋2单元603")
    billing.ensure(db, "sunshine", home, _at(fresh))
    tenant = db.execute(select(person.c.id).where(person.c.name == "David Brown")).scalar_one()
    assert bills.payer_of(db, tenant) == "tenant"
    assert {row.fee for row in bills.of_home(db, "sunshine", home, "tenant")} == billing.METERED
    assert {row.fee for row in bills.of_home(db, "sunshine", home, "owner")} == {"property", "parking"}


def test_communities_stay_apart(db: Connection, fresh: Settings) -> None:
    home = _home(db, "3栋2单元501")
    billing.ensure(db, "sunshine", home, _at(fresh))
    assert not billing.ensure(db, "elsewhere", home, _at(fresh))
    assert bills.of_home(db, "elsewhere", home, None) == []


@pytest.mark.parametrize(("amount", "fen"), [("327.40", 32740), ("0.01", 1), ("1260", 126000), ("0.005", 1)])
def test_amounts(amount: str, fen: int) -> None:
    assert to_fen(Decimal(amount)) == fen


def test_yuan_has_two_decimals() -> None:
    assert str(yuan(32740)) == "327.40"


def _in(someone: Resident, work: Callable[[Connection], Any]) -> Any:
    """Run something in the product's own writer, between two messages."""
    return someone.app.state.desk.db.submit(work).result()


def _linked(someone: Resident, *said: str) -> str:
    answer = None
    for each in said:
        answer = someone.say(each)
    assert answer is not None
    found = re.search(r"/demo/pay/(\w+)", answer.text)
    assert found, answer.text
    return found[1]


def _call(someone: Resident, body: bytes, headers: dict[str, str]) -> Any:
    return someone.request("POST", "/payments/demo/callback", content=body, headers=headers)


def _real() -> datetime:
    return SystemClock(ZoneInfo("UTC")).real()


def test_paid_exactly_once_with_a_receipt(resident: MakeResident) -> None:
    someone = resident(now=NOW)
    key = _linked(someone, "pay the property fee for October", "yes")
    page = someone.request("GET", f"/demo/pay/{key}")
    assert page.status_code == 200
    assert "233.20" in page.text
    assert "script" not in page.text
    headers, body = PROVIDER.tell(key, Decimal("233.20"), paid=True, real=_real())
    first = _call(someone, body, headers)
    assert first.json()["status"] == "paid"
    again = _call(someone, body, headers)
    assert again.json() == {"status": "repeated", "receipt": first.json()["receipt"]}
    other, body = PROVIDER.tell(key, Decimal("233.20"), paid=True, real=_real())
    assert _call(someone, body, other).json()["status"] == "repeated"
    (item,) = someone.items("bills")
    assert (item["fee"], item["period"], item["state"], item["paid"]) == ("property", "2026-10", "paid", "233.20")
    (paid,) = someone.items("payments")
    assert paid["receipt"] == first.json()["receipt"]
    news = [row for row in someone.request("GET", "/demo/outbox").json()["items"] if row["kind"] == "push"]
    assert len(news) == 1
    assert paid["receipt"] in json.dumps(news[0]["body"])
    assert "paid already" in someone.say("pay the property fee for October").text
    assert paid["receipt"] in someone.say("have you got my receipt").text


def test_forged_late_and_wrong_callbacks_are_refused(resident: MakeResident) -> None:
    someone = resident(now=NOW)
    key = _linked(someone, "pay the property fee for October", "yes")
    headers, body = PROVIDER.tell(key, Decimal("233.20"), paid=True, real=_real())
    assert _call(someone, body.replace(b"233.20", b"000.01"), headers).status_code == 401
    assert _call(someone, body, {}).status_code == 401
    assert _call(someone, body, DemoPayment("other").sign(body, _real())).status_code == 401
    # Far enough ahead of the clock that a slow machine does not catch up with it; the bound itself is held below.
    for shift in (-301, 900):
        late = PROVIDER.sign(body, _real() + timedelta(seconds=shift))
        assert _call(someone, body, late).status_code == 401
    headers, wrong = PROVIDER.tell(key, Decimal("233.19"), paid=True, real=_real())
    assert _call(someone, wrong, headers).status_code == 422
    for bad in (b"{}", b"[]", b"\xff", b'{"event":"","payment":"x","amount":"1","result":"paid"}'):
        assert _call(someone, bad, PROVIDER.sign(bad, _real())).status_code == 400
    headers, unknown = PROVIDER.tell("nobody", Decimal("1.00"), paid=True, real=_real())
    assert _call(someone, unknown, headers).status_code == 404
    assert someone.request("POST", "/payments/nobody/callback", content=b"{}").status_code == 404
    (item,) = someone.items("payments")
    assert (item["state"], item["receipt"]) == ("pending", None)


@pytest.mark.parametrize(("shift", "fresh"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_a_proof_is_good_for_five_minutes(shift: int, fresh: bool) -> None:
    real = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    _, body = PROVIDER.tell("one", Decimal("233.20"), paid=True, real=real)
    signed = PROVIDER.sign(body, real + timedelta(seconds=shift))
    with nullcontext() if fresh else pytest.raises(NotTheirs):
        assert PROVIDER.read(signed, body, real).payment == "one"


def test_two_links_for_one_bill_leave_the_second_sum_with_the_home(resident: MakeResident) -> None:
    one, other = resident("one", now=NOW), resident("other", now=NOW)
    keys = [_linked(each, "pay the property fee for October", "yes") for each in (one, other)]
    for key in keys:
        headers, body = PROVIDER.tell(key, Decimal("233.20"), paid=True, real=_real())
        assert _call(one, body, headers).json()["status"] == "paid"
    balance = _in(one, lambda c: bills.accounts(c, "sunshine", _home(c, "3栋2单元501"), "owner")["property"].balance)
    assert balance == 23320
    assert "paid before" in json.dumps(other.request("GET", "/demo/outbox").json())


def test_the_page_pays_and_cancels(resident: MakeResident) -> None:
    someone = resident(now=NOW)
    key = _linked(someone, "put 200 yuan on the electricity meter", "yes")
    assert someone.request("POST", f"/demo/pay/{key}/cancel").status_code == 303
    assert someone.items("payments")[0]["state"] == "cancelled"
    key = _linked(someone, "put 200 yuan on the electricity meter", "yes")
    assert someone.request("POST", f"/demo/pay/{key}/pay").status_code == 303
    assert someone.items("payments")[0]["state"] == "paid"
    assert "S-20261120-0001" in someone.request("GET", f"/demo/pay/{key}").text
    assert "218.60" in someone.say("how much electricity credit is left").text
    assert someone.request("GET", "/demo/pay/nobody").status_code == 404
    assert someone.request("POST", f"/demo/pay/{key}/rob").status_code == 404


def test_the_same_wish_is_the_same_link(resident: MakeResident) -> None:
    someone = resident(now=NOW)
    first = _linked(someone, "pay the water bill for September", "yes")
    assert _linked(someone, "pay the water bill for September", "yes") == first


def test_a_link_that_is_too_old_takes_nothing(resident: MakeResident) -> None:
    someone = resident(now=NOW)
    key = _linked(someone, "pay the water bill for September", "yes")
    _in(someone, lambda c: c.execute(update(payment).values(expires_at=_real() - timedelta(hours=1))))
    assert "too old" in someone.request("GET", f"/demo/pay/{key}").text
    someone.request("POST", f"/demo/pay/{key}/pay")
    assert someone.items("payments")[0]["state"] == "pending"


def test_a_doubt_pauses_and_its_end_resumes(resident: MakeResident) -> None:
    someone = resident(now=NOW)
    assert "D-20261120-0001" in someone.say("I already paid the property fee for October").text
    paused = select(bill.c.id).where(bill.c.paused_at.is_not(None))
    assert len(_in(someone, lambda c: c.execute(paused).all())) == 1
    assert "D-20261120-0001" in someone.say("I already paid the property fee for October").text
    (line,) = _in(someone, lambda c: fees.lines(c, Whose("sunshine", 1, None), _real()))
    assert (line.number, line.open) == ("D-20261120-0001", True)
    someone.say("withdraw it")
    someone.say("yes")
    assert _in(someone, lambda c: c.execute(paused).all()) == []
    (case,) = someone.items("cases")
    assert (case["kind"], case["state"]) == ("dispute", "withdrawn")


def test_another_home_shows_a_total_only(resident: MakeResident) -> None:
    someone = resident(now=NOW)
    answer = someone.say("pay the September water bill for 5-1-302")
    assert "陈**" in answer.text
    assert "陈秀英" not in answer.text
    whole = _in(someone, lambda c: bills.of_home(c, "sunshine", _home(c, "5栋1单元302"), None))
    total = sum(bills.left(row) for row in whole if bills.is_open(row, _at(someone.settings)))
    assert f"{yuan(total):,.2f}" in answer.text
    assert not any(f"{yuan(row.amount):,.2f}" in answer.text for row in whole)


def test_bills_have_their_lines_for_integrators(resident: MakeResident) -> None:
    someone = resident(now=NOW)
    _linked(someone, "pay the electricity bill for October", "yes")
    (item,) = someone.items("bills")
    headers = {"Authorization": "Bearer linli-demo-key"}
    whole = someone.request("GET", f"/api/v1/bills/{item['id']}", headers=headers).json()
    assert whole["amount"] == "327.40"
    assert [line["name"] for line in whole["lines"]] == ["tier_1", "tier_2", "tier_3", "common_light"]
    assert someone.request("GET", "/api/v1/bills/none", headers=headers).status_code == 404
    assert someone.request("GET", "/api/v1/payments/none", headers=headers).status_code == 404
    assert someone.request("GET", "/api/v1/bills").status_code == 401
