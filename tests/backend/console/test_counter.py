"""Money over the counter: posted once, receipted, split over the chosen bills, taken back with a reason."""

from __future__ import annotations

from sqlalchemy import Connection, select

from backend.models.money import bill, posting
from tests.backend.console.test_desk_data import EN, NONCE, home_of, house, one
from tests.clerk import Clerk
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
