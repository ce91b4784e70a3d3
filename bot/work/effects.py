"""What each kind of story does when its time has come; every one of them decides by our rows, and only once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend.services import (
    announce,
    checks,
    closing,
    daily,
    handover,
    housekeeping,
    lines,
    reminders,
    settled,
    stories,
)
from backend.services.drills import heartbeat, people, rules, run
from backend.services.housekeeping import follow
from backend.services.ladder import aftercare, climb, lifts, start, suicide, verify

Effect = Callable[[Connection, int, Mapping[str, Any], datetime, datetime], bool]


def _no_show(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    return bool(housekeeping.no_shows(connection, now, real))


# What is done about somebody in danger goes ahead of everything that waits for a writer.
URGENT = frozenset({checks.STORY, start.STORY, climb.LAPSE, heartbeat.STORY, suicide.STORY})


def decide(connection: Connection, key: int, kind: str, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """The story's effect and its end, in one transaction; run twice, it does nothing the second time."""
    done = EFFECTS[kind](connection, key, data, now, real)
    stories.end(connection, key)
    return done


EFFECTS: dict[str, Effect] = {
    checks.STORY: checks.overdue,
    settled.STORY: closing.unanswered,
    handover.STORY: handover.idle,
    reminders.STORY: reminders.remind,
    follow.STORY: _no_show,
    start.STORY: climb.climb,
    climb.LAPSE: climb.lapse,
    lifts.STORY: lifts.ticked,
    rules.STORY: run.due,
    heartbeat.STORY: heartbeat.rung,
    people.STORY: people.go_on,
    verify.STORY: verify.overdue,
    suicide.STORY: suicide.overdue,
    aftercare.STORY: aftercare.due,
    daily.STORY: daily.due,
    lines.STORY: lines.dropped,
    announce.STORY: announce.told,
}
