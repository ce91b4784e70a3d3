"""Reminders of what is overdue: seldom, by day, to whoever pays and is of age, never while it is being looked into."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from backend.models.money import bill
from backend.models.people import address, household
from backend.models.people import resident as person
from backend.services import arrears, billing
from backend.services.arrears import Rule
from tests.clerk import Clerk
from tests.conftest import MakeResident
from tests.resident import Resident

NOW = "2026-11-20T10:00"
RULE = Rule(7, 14)
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def home(resident: MakeResident) -> Resident:
    """Li Na's home with bills that fell due long ago."""
    one = resident(now=NOW)
    one.say("hello")
    _do(one, lambda c: billing.ensure(c, "sunshine", _key(c), _at(one)))
    _do(one, lambda c: c.execute(update(bill).values(due_on=_at(one).date() - timedelta(days=8))))
    return one


def _do(one: Resident, work: Callable[[Connection], Any]) -> Any:
    return one.app.state.desk.db.submit(work).result()


def _key(connection: Connection) -> int:
    return int(connection.execute(select(household.c.id).where(household.c.label == "3栋2单元501")).scalar_one())


def _at(one: Resident, days: float = 0, hour: int = 10) -> datetime:
    now: datetime = one.app.state.desk.clock.now()
    return now.replace(hour=hour) + timedelta(days=days)


def _remind(one: Resident, days: float = 0, hour: int = 10) -> int:
    at = _at(one, days, hour)
    real = one.app.state.desk.clock.real() + timedelta(days=days)
    homes = _do(one, lambda c: arrears.due(c, "sunshine", RULE, at))
    return int(_do(one, lambda c: arrears.remind(c, "sunshine", RULE, at, real, homes)))


def _rows(one: Resident, kind: str) -> list[str]:
    rows = one.request("GET", "/demo/outbox").json()["items"]
    return [json.dumps(row["body"], ensure_ascii=False) for row in reversed(rows) if row["kind"] == kind]


@ONE
def test_whoever_is_not_due_is_not_looked_at(home: Resident) -> None:
    """By day, and neither within a fortnight nor after a person of the desk was asked to talk to them."""

    def due(days: float, hour: int = 10) -> list[int]:
        return list(_do(home, lambda c: arrears.due(c, "sunshine", RULE, _at(home, days, hour))))

    key = _do(home, _key)
    assert (key in due(0), due(0, 21)) == (True, [])
    _remind(home)
    assert [key in due(day) for day in (0, 13, 14)] == [False, False, True]
    for day in (14, 28, 42):
        _remind(home, day)
    assert key not in due(80)


@ONE
def test_three_times_a_fortnight_apart_and_then_the_desk(home: Resident) -> None:
    for day in (0, 1, 13, 14, 27, 28, 41, 42, 43, 80):
        _remind(home, day)
    first, again, last = _rows(home, "push")
    assert "For your information" in first
    assert "3栋2单元501" in again
    assert '"aloud": true' in last
    assert "amount" not in last, "whoever answers a call hears no sum"
    assert len([one for one in _rows(home, "staff") if "arrears" in one]) == 1
    shown = Clerk(home, "supervisor").get("/console/money", **{"accept-language": "en"}).text
    assert "3栋2单元501 has bills open since" in shown


@ONE
def test_only_by_day(home: Resident) -> None:
    assert [_remind(home, hour=hour) for hour in (8, 20, 23, 0)] == [0, 0, 0, 0]
    assert _remind(home, hour=19) == 1


@ONE
def test_a_doubt_rests_it_and_a_payment_ends_it(home: Resident) -> None:
    _do(home, lambda c: c.execute(update(bill).values(paused_at=_at(home))))
    assert _remind(home) == 0
    _do(home, lambda c: c.execute(update(bill).values(paused_at=None, state="paid")))
    assert _remind(home) == 0


@ONE
def test_saying_that_it_is_paid_rests_that_bill_at_once(home: Resident) -> None:
    _do(home, lambda c: c.execute(update(bill).where(bill.c.period != "2026-10").values(state="paid")))
    _do(home, lambda c: c.execute(update(bill).where(bill.c.fee != "property").values(state="paid")))
    home.say("I already paid the property fee for October")
    assert _remind(home) == 0


@ONE
@pytest.mark.parametrize(
    "change",
    [
        update(person).where(person.c.role == "owner").values(birth_year=2012),
        update(person).where(person.c.role == "owner").values(role="family"),
        update(address).values(verified_at=None),
    ],
    ids=["a child", "not who pays", "nobody proved"],
)
def test_nobody_else_is_told_and_the_desk_takes_it(home: Resident, change: Any) -> None:
    _do(home, lambda c: c.execute(change))
    assert _remind(home) == 1
    assert _rows(home, "push") == []
    assert [one for one in _rows(home, "staff") if "arrears" in one]
    assert _remind(home, 60) == 0, "it is theirs from then on"


@ONE
def test_one_budget_with_all_that_can_wait(home: Resident) -> None:
    assert _remind(home) == 1
    spent = _rows(home, "push")
    assert _remind(home, 0.5) == 0
    assert _rows(home, "push") == spent


def test_no_text_threatens() -> None:
    for text in (arrears.FIRST, arrears.AGAIN, arrears.LAST):
        assert not {"cut", "court", "penalty", "interest", "block", "must"} & set(text.msgid.lower().split())
