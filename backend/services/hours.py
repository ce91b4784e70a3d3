"""When the desk is open: weekly hours and special days that the community keeps; what its board says where it keeps
none, else eight to eight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from backend.models.office import office_hours, special_day
from backend.services import board
from bot.contract.text import Text, t

Span = tuple[int, int]
USUAL: Span = (8 * 60, 20 * 60)
CALLS = "calls"
WEEKDAYS: tuple[Text, ...] = (
    t("Monday", context="weekday"),
    t("Tuesday", context="weekday"),
    t("Wednesday", context="weekday"),
    t("Thursday", context="weekday"),
    t("Friday", context="weekday"),
    t("Saturday", context="weekday"),
    t("Sunday", context="weekday"),
)
# Further than this nobody looks for the next opening.
AHEAD = 14

_WEEK = select(office_hours).where(office_hours.c.community_id == bindparam("community")).order_by(office_hours.c.opens)
_DAYS = select(special_day).where(special_day.c.community_id == bindparam("community"))


@dataclass(frozen=True, slots=True)
class Hours:
    """week: weekday → spans in minutes of the day, empty for closed; days: what differs on one day."""

    week: Mapping[int, tuple[Span, ...]]
    days: Mapping[date, tuple[Span, ...]]

    def on(self, day: date) -> tuple[Span, ...]:
        return self.days[day] if day in self.days else self.week.get(day.weekday(), ())

    def is_open(self, now: datetime) -> bool:
        minute = now.hour * 60 + now.minute
        return any(opens <= minute < closes for opens, closes in self.on(now.date()))

    def next_opening(self, now: datetime) -> datetime:
        """Now, while it is open; else the next time that it opens."""
        if self.is_open(now):
            return now
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        for ahead in range(AHEAD + 1):
            day = midnight + timedelta(days=ahead)
            for opens, _ in self.on(day.date()):
                at = day + timedelta(minutes=opens)
                if at > now:
                    return at
        return now

    def days_later(self, now: datetime, days: int) -> datetime:
        """The same time so many days on, closed days left out; what is told while it is closed counts from the next
        opening."""
        at = self.next_opening(now)
        for _ in range(days):
            ahead = (at + timedelta(days=n) for n in range(1, AHEAD + 1))
            at = next((day for day in ahead if self.on(day.date())), at + timedelta(days=1))
        return self.next_opening(at)

    def after(self, now: datetime, minutes: int) -> datetime:
        """The end of so many minutes, counted while the desk is open."""
        at, left = self.next_opening(now), minutes
        for _ in range(AHEAD):
            minute = at.hour * 60 + at.minute
            closes = next((end for begin, end in self.on(at.date()) if begin <= minute < end), None)
            if closes is None or left <= closes - minute:
                break
            left -= closes - minute
            at = self.next_opening(at + timedelta(minutes=closes - minute))
        return at + timedelta(minutes=left)


def of(connection: Connection, community: str) -> Hours:
    week: dict[int, list[Span]] = {}
    for row in connection.execute(_WEEK, {"community": community}):
        week.setdefault(row.weekday, []).append((row.opens, row.closes))
    days: dict[date, tuple[Span, ...]] = {}
    for row in connection.execute(_DAYS, {"community": community}):
        days[row.day] = ((row.opens, row.closes),) if row.opens is not None and row.closes is not None else ()
    if not week:
        return Hours(dict.fromkeys(range(7), (_posted(connection, community),)), days)
    return Hours({day: tuple(spans) for day, spans in week.items()}, days)


def _posted(connection: Connection, community: str) -> Span:
    """What the board says of calls, for a desk that keeps no hours of its own yet."""
    item = board.one(connection, community, "office", CALLS)
    return USUAL if item is None else (int(item.data["open"]) * 60, int(item.data["close"]) * 60)
