"""Amounts, people, hours, telephone and case numbers, plates, pass codes and months, with what only looks like one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from intents.entities.numbers import find_numbers, find_periods

ROWS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("row", ROWS["numbers"], ids=lambda row: row[0])
def test_numbers(row: list[str]) -> None:
    found = find_numbers(row[0])
    assert all(row[0][entity.start : entity.end] == entity.text for entity in found)
    expected = [item for item in row[1:] if item != "-"]
    assert [f"{entity.name} {entity.value}" for entity in found] == expected


@pytest.mark.parametrize("row", ROWS["periods"], ids=lambda row: row[0])
def test_periods(row: list[str]) -> None:
    assert [entity.value for entity in find_periods(row[0], NOW)] == row[1:]


def test_a_month_is_sought_in_the_year_it_most_likely_meant() -> None:
    january = datetime(2027, 1, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [find_periods(text, january)[0].value for text in ("12月", "11月的水费", "2月", "上个月")] == [
        "2026-12",
        "2026-11",
        "2027-02",
        "2026-12",
    ]
