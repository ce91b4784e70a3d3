"""Months as bills name them, `YYYY-MM`: counting on, the day one is due, and whether the words name one at all."""

from __future__ import annotations

import re
from datetime import date, timedelta

_PERIOD = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def is_period(text: str) -> bool:
    return _PERIOD.fullmatch(text) is not None


def shift(period: str, months: int) -> str:
    index = _index(period) + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _index(period: str) -> int:
    return int(period[:4]) * 12 + int(period[5:7]) - 1


def between(first: str, last: str) -> list[str]:
    """From the first to the last, both included."""
    return [shift(first, n) for n in range(_index(last) - _index(first) + 1)]


def number(period: str) -> int:
    """Months counted from the year 2000, so that a meter can be reckoned at any of them."""
    return _index(period) - 2000 * 12


def first_day(period: str) -> date:
    return date(int(period[:4]), int(period[5:7]), 1)


def last_day(period: str) -> date:
    return first_day(shift(period, 1)) - timedelta(days=1)
