"""Targets: urgent matters by the clock, the rest counted while the desk is open, whatever day it is told."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.services import hours, targets
from tests.resident import Resident

# 20 November 2026 is a Friday.
WEEKDAYS = hours.Hours(dict.fromkeys(range(5), ((540, 720), (810, 1080))), {datetime(2026, 11, 25).date(): ()})


@pytest.mark.parametrize(
    ("told", "days", "due"),
    [
        ("2026-11-19 10:00", 1, "2026-11-20 10:00"),
        ("2026-11-20 10:00", 1, "2026-11-23 10:00"),
        ("2026-11-20 22:30", 1, "2026-11-24 09:00"),
        ("2026-11-21 12:00", 1, "2026-11-24 09:00"),
        ("2026-11-24 10:00", 1, "2026-11-26 10:00"),
        ("2026-11-19 12:30", 1, "2026-11-20 13:30"),
        ("2026-11-19 10:00", 3, "2026-11-24 10:00"),
    ],
)
def test_days_are_those_on_which_the_desk_is_open(told: str, days: int, due: str) -> None:
    found = WEEKDAYS.days_later(datetime.fromisoformat(told), days)
    assert found == datetime.fromisoformat(due)


def test_a_desk_that_never_opens_does_not_count_for_ever() -> None:
    never = hours.Hours({}, {})
    assert never.days_later(datetime(2026, 11, 20, 9), 1) == datetime(2026, 11, 21, 9)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_gas_does_not_wait_for_the_morning(house: Resident) -> None:
    desk = house.app.state.desk
    community = house.settings.community("sunshine")
    night = datetime(2026, 11, 20, 23, tzinfo=house.settings.zone)
    gas, tap = (desk.db.read_now(lambda c, of=of: targets.due(c, community, of, night)) for of in ("gas", "inside"))
    assert gas == night.replace(minute=5)
    assert tap == datetime(2026, 11, 22, 8, tzinfo=house.settings.zone), "a day from the next opening"
