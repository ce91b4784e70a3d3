"""How quickly alarms were answered, reached and closed, month by month; few are counted, not turned into shares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, select

from backend.db import Record
from backend.models.work import alarm, alarm_event

MONTHS = timedelta(days=370)
# Below so many a percentage says nothing (practice 22).
LEAST = 30
# Telecare practice answers 97.5 % within the first and 99 % within the second.
WITHIN = (60, 180)
GOALS = (97.5, 99.0)
LATELY = timedelta(days=30)
FALSE = "false"


@dataclass(frozen=True, slots=True)
class Figures:
    """One month. Each time is (how many, median, p90) in seconds; None where there was none.

    within: how many were answered within 60 and 180 seconds; answered: of how many that is known.
    """

    month: str
    alarms: int
    false: int
    open: int
    acknowledged: tuple[int, float, float] | None
    arrived: tuple[int, float, float] | None
    closed: tuple[int, float, float] | None
    within: tuple[int, int]

    def share(self, place: int) -> float | None:
        """Of all alarms, in per cent; None where they are too few for one."""
        return 100 * self.within[place] / self.alarms if self.alarms >= LEAST else None


@dataclass(frozen=True, slots=True)
class Live:
    """The last thirty days. Each pair is (answered in time, of how many whose time was over or who were answered)."""

    within: tuple[tuple[int, int], tuple[int, int]]

    def share(self, place: int) -> float | None:
        """In per cent; None where they are too few for one."""
        good, all_ = self.within[place]
        return 100 * good / all_ if all_ >= LEAST else None

    def holds(self, place: int) -> bool | None:
        share = self.share(place)
        return None if share is None else share >= GOALS[place]


def live(connection: Connection, now: datetime, community: str | None = None) -> dict[str, Live]:
    """By community, or of one. A drill is no alarm and stands in another table: none is ever counted here."""
    first = select(func.min(alarm_event.c.at)).where(
        alarm_event.c.alarm_id == alarm.c.id, alarm_event.c.name == "accepted"
    )
    columns = (alarm.c.community_id, alarm.c.raised_at, first.scalar_subquery().label("accepted"))
    rows = select(*columns).where(alarm.c.raised_at >= now - LATELY, alarm.c.kind != "check")
    if community is not None:
        rows = rows.where(alarm.c.community_id == community)
    took: dict[str, list[tuple[float, float | None]]] = {community: []} if community is not None else {}
    for row in connection.execute(rows):
        answered = None if row.accepted is None else (row.accepted - row.raised_at).total_seconds()
        took.setdefault(row.community_id, []).append(((now - row.raised_at).total_seconds(), answered))
    return {key: Live((_within(found, WITHIN[0]), _within(found, WITHIN[1]))) for key, found in took.items()}


def _within(found: Sequence[tuple[float, float | None]], seconds: int) -> tuple[int, int]:
    """An alarm of this very minute is not late yet."""
    known = [answered for age, answered in found if answered is not None or age > seconds]
    return sum(answered is not None and answered <= seconds for answered in known), len(known)


def by_month(connection: Connection, community: str, timezone: str, now: datetime) -> list[Figures]:
    """The newest month first."""

    def first(name: str) -> ColumnElement[datetime]:
        mine = (alarm_event.c.alarm_id == alarm.c.id, alarm_event.c.name == name)
        return select(func.min(alarm_event.c.at)).where(*mine).scalar_subquery().label(name)

    columns = (alarm.c.raised_at, alarm.c.closed_at, alarm.c.outcome, first("accepted"), first("arrived"))
    mine = (alarm.c.community_id == community, alarm.c.raised_at >= now - MONTHS, alarm.c.kind != "check")
    rows = connection.execute(select(*columns).where(*mine).order_by(alarm.c.raised_at)).all()
    months: dict[str, list[Record]] = {}
    zone = ZoneInfo(timezone)
    for row in rows:
        months.setdefault(f"{row.raised_at.astimezone(zone):%Y-%m}", []).append(row)
    return [_figures(month, found) for month, found in sorted(months.items(), reverse=True)]


def _figures(month: str, rows: Sequence[Record]) -> Figures:
    took = [(row.accepted - row.raised_at).total_seconds() for row in rows if row.accepted is not None]
    return Figures(
        month=month,
        alarms=len(rows),
        false=sum((row.outcome or "").startswith(FALSE) for row in rows),
        open=sum(row.closed_at is None for row in rows),
        acknowledged=spread(took),
        arrived=spread((row.arrived - row.raised_at).total_seconds() for row in rows if row.arrived is not None),
        closed=spread((row.closed_at - row.raised_at).total_seconds() for row in rows if row.closed_at is not None),
        within=(sum(one <= WITHIN[0] for one in took), sum(one <= WITHIN[1] for one in took)),
    )


def spread(seconds: Iterable[float]) -> tuple[int, float, float] | None:
    """How many, the median, and what nine of ten stayed below."""
    found = sorted(seconds)
    if not found:
        return None
    middle = len(found) // 2
    median = found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2
    return len(found), median, found[math.ceil(len(found) * 0.9) - 1]
