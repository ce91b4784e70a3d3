"""What each kind of story does when its time has come; every one of them decides by our rows, and only once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend.services import checks, closing, daily, handover, housekeeping, reminders, settled
from backend.services.housekeeping import follow
from backend.services.ladder import aftercare, climb, lifts, start, verify

Effect = Callable[[Connection, int, Mapping[str, Any], datetime, datetime], bool]


def _no_show(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    return bool(housekeeping.no_shows(connection, now, real))


EFFECTS: dict[str, Effect] = {
    checks.STORY: checks.overdue,
    settled.STORY: closing.unanswered,
    handover.STORY: handover.idle,
    reminders.STORY: reminders.remind,
    follow.STORY: _no_show,
    start.STORY: climb.climb,
    climb.LAPSE: climb.lapse,
    lifts.STORY: lifts.ticked,
    verify.STORY: verify.overdue,
    aftercare.STORY: aftercare.due,
    daily.STORY: daily.due,
}
