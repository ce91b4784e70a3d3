"""Money over the counter: posted once, receipted, split over the chosen bills, taken back with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from backend.models.money import bill, fee_account, posting
from tests.backend.console.test_desk_data import EN, NONCE, ONE, home_of, house, one
from tests.clerk import Clerk, Hands
from tests.resident import Resident

__all__ = ["house"]


def _bills(house: Resident, home: int) -> list[tuple[str, int, str]]:
    def rows(connection: Connection) -> list[tuple[str, int, str]]:
        mine = select(bill).where(bill.c.household_id == home, bill.c.kind == "monthly", bill.c.estimated.is_(False))
        found = connection.execute(mine.order_by(bill.c.period, bill.c.fee))
        return [(row.id, row.amount - row.paid, row.state) for row in found]

    made: list[tuple[str, int, str]] = house.app.state.desk.db.read_now(rows)
    return made


def test_money_is_posted_once_and_taken_back_with_a_reason(house: Resident) -> None:
    clerk, boss, home = Clerk(house, "agent"), Clerk(house, "supervisor"), home_of(house)
    clerk.get(f"/console/homes/{home}")
    key, left, _ = next(one for one in _bills(house, home) if one[2] == "open")
    path, form = f"/console/homes/{home}/payments", {"way": "cash", "nonce": NONCE, f"bill_{key}": "yes"}
    assert clerk.post(path, **form, amount="0").json()["pointer"] == "/amount"
    assert clerk.post(path, **form, amount="1e3").json()["pointer"] == "/amount"
    assert clerk.post(path, **form, amount=f"{left / 100 + 1:.2f}").json()["pointer"] == "/amount"
    part = f"{(left - 100) / 100:.2f}"
    paid = clerk.post(path, **form, amount=part)
    assert paid.status_code == 200
    receipt = paid.json()["receipt"]
    assert (key, 100, "part_paid") in _bills(house, home)
    again = clerk.post(path, **form, amount=part)
    assert (again.status_code, receipt in again.json()["detail"]) == (409, True)
    typed = clerk.post(path, **(form | {"nonce": NONCE[::-1]}), amount=part)
    assert typed.status_code == 409, "the same sum for the same home within minutes"
    rest = {"way": "transfer", "reference": "B 1", "nonce": "f" * 16, f"bill_{key}": "yes"}
    assert clerk.post(path, **rest, amount="1").status_code == 200
    assert (key, 0, "paid") in _bills(house, home)
    posted = one(house, select(posting.c.id).order_by(posting.c.id))
    assert clerk.post(f"/console/payments/{posted}/reverse", reason="wrong home").status_code == 403
    assert boss.post(f"/console/payments/{posted}/reverse", reason="").status_code == 422
    assert boss.post(f"/console/payments/{posted}/reverse", reason="wrong home").status_code == 204
    assert boss.post(f"/console/payments/{posted}/reverse", reason="wrong home").status_code == 409
    assert (key, left - 100, "part_paid") in _bills(house, home)
    other = {"way": "transfer", "reference": "B1", "nonce": "e" * 16, f"bill_{key}": "yes"}
    assert clerk.post(path, **other, amount="2").status_code == 409, "one transfer is one posting"
    log = Clerk(house, "auditor").get("/console/audit?what=money").text
    assert "money.posted" in log
    assert "money.reversed" in log
    assert "taken back" in boss.get(f"/console/homes/{home}", **EN).text


@ONE
def test_what_is_paid_ahead_is_used_for_the_next_bill_and_comes_back_with_the_posting(house: Resident) -> None:
    clerk, home = Clerk(house, "agent"), home_of(house)
    clerk.get(f"/console/homes/{home}")
    owed = [one for one in _property(house, home) if one[2] == "open"]
    path = f"/console/homes/{home}/payments"
    form = {"way": "cash", "nonce": NONCE, **{f"bill_{key}": "yes" for key, _, _ in owed}}
    money = f"{sum(left for _, left, _ in owed) / 100 + 300:.2f}"
    assert clerk.post(path, **form, amount=money).json()["pointer"] == "/amount", "the rest is for nothing yet"
    assert clerk.post(path, **form, amount=money, ahead="rent").json()["pointer"] == "/ahead"
    assert clerk.post(path, **form, amount=money, ahead="property").status_code == 200
    assert {one[2] for one in _property(house, home)} == {"paid"}
    assert _ahead(house, home) == 30_000
    assert "300.00" in clerk.get(f"/console/homes/{home}", **EN).text
    house.restart(clock=Hands(datetime(2027, 1, 4, 2, tzinfo=UTC)))
    boss = Clerk(house, "supervisor")
    page = boss.get(f"/console/homes/{home}", **EN).text
    january, february = _property(house, home)[-2:]
    assert (january[1:], february[2]) == ((0, "paid"), "open"), "what is not due yet is left alone"
    rest = _ahead(house, home)
    assert 0 < rest < 30_000
    assert f"{rest / 100:.2f}" in page
    posted = one(house, select(posting.c.id).order_by(posting.c.id))
    assert boss.post(f"/console/payments/{posted}/reverse", reason="the bank took it back").status_code == 204
    assert _ahead(house, home) == 0
    assert {one[2] for one in _property(house, home)[-3:]} == {"open"}


@ONE
def test_nothing_is_owed_and_somebody_pays_ahead(house: Resident) -> None:
    clerk, home = Clerk(house, "agent"), home_of(house)
    clerk.get(f"/console/homes/{home}")
    path, form = f"/console/homes/{home}/payments", {"way": "cash", "nonce": NONCE, "amount": "20"}
    assert clerk.post(path, **form).json()["pointer"] == "/bills"
    assert clerk.post(path, **form, ahead="electricity").status_code == 200
    assert clerk.post(path, **form, ahead="electricity").status_code == 409


def _property(house: Resident, home: int) -> list[tuple[str, int, str]]:
    """Bills of the property fee by month: key, what is left, state."""
    mine = select(bill).where(bill.c.household_id == home, bill.c.kind == "monthly", bill.c.fee == "property")
    rows = house.app.state.desk.db.read_now(lambda c: c.execute(mine.order_by(bill.c.period)).all())
    return [(row.id, row.amount - row.paid, row.state) for row in rows]


def _ahead(house: Resident, home: int) -> int:
    mine = (fee_account.c.household_id == home, fee_account.c.fee == "property")
    return one(house, select(fee_account.c.balance).where(*mine))
