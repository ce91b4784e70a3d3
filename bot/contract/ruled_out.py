"""Days that do not suit a resident, as a frame keeps them: weekdays (1-7) and dates with blanks between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.contract.understanding import Value

BUT = "_but_days"
# The time that was wished on a day that suits no more: its hour is kept for another day.
DROPPED = "_dropped"


def is_ruled_out(day: date, values: Mapping[str, Value]) -> bool:
    """Whether the resident said that this day does not suit."""
    return bool({str(day.isoweekday()), day.isoformat()} & set(str(values.get(BUT, "")).split()))
