"""Dates of the demo, written as days from today so that a demo is never out of date."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

_DAY = re.compile(r"([+-]\d{1,3})(?: (\d\d):(\d\d))?")


def moment(text: str, now: datetime) -> datetime:
    """ "-2 16:20" is the day before yesterday at 16:20; raises ValueError for anything else."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(f"no day of the demo: {text}")
    day = now.date() + timedelta(days=int(found[1]))
    return datetime.combine(day, time(int(found[2] or 0), int(found[3] or 0)), now.tzinfo)


def resolved(data: Any, now: datetime) -> Any:
    """The same data with every such day as ISO 8601, a date only where no clock time stands."""
    if isinstance(data, dict):
        return {name: resolved(value, now) for name, value in data.items()}
    if isinstance(data, list):
        return [resolved(value, now) for value in data]
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, str) and _DAY.fullmatch(data):
        at = moment(data, now)
        return at.isoformat() if ":" in data else at.date().isoformat()
    return data
