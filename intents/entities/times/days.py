"""Which calendar day a said day is, seen from a given today."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from intents.entities.times import lunar
from intents.entities.times.pieces import LAST, Day, Impossible

_NO_DAY = "no_such_day"
# A date without a year that lies less than this in the past is meant as past, not as next year's.
_STORY = timedelta(days=31)
_HALF_WEEK = 3


def find_span(day: Day, today: date) -> tuple[date, date | None]:
    """First day, and the last where the words name several; Impossible when there is no such day."""
    if day.dated or day.shift is not None:
        first = _dated(day, today) if day.dated else today + timedelta(days=day.shift or 0)
        return first, first + timedelta(days=day.more) if day.more else None
    monday = today - timedelta(days=today.weekday())
    if day.weekend:
        return _weekend(day, today, monday)
    if day.weekday is not None:
        return _weekday(day, today, monday), None
    first = monday + timedelta(weeks=day.week or 0)
    return first, first + timedelta(days=6)


def find_rival(day: Day, today: date) -> date | None:
    """ "Saturday the 29th", and the 29th is a Sunday: the Saturday next to it, as one of the two is wrong."""
    if day.said_with is None:
        return None
    first, _ = find_span(day, today)
    apart = (day.said_with - first.weekday()) % 7
    near = first + timedelta(days=apart if apart <= _HALF_WEEK else apart - 7)
    near = near if near >= today else near + timedelta(weeks=1)
    return near if near != first else None


def _weekday(day: Day, today: date, monday: date) -> date:
    number = day.weekday or 0
    if day.week is None:
        return today + timedelta(weeks=day.later, days=(number - today.weekday()) % 7)
    return monday + timedelta(weeks=day.week, days=number)


def _weekend(day: Day, today: date, monday: date) -> tuple[date, date | None]:
    saturday = monday + timedelta(weeks=day.week or 0, days=5)
    sunday = saturday + timedelta(days=1)
    first = max(saturday, today) if not day.week else saturday
    return first, sunday if sunday > first else None


def _dated(day: Day, today: date) -> date:
    if day.lunar:
        return _lunar(day, today)
    if day.months is not None:
        return _in_months(day, today)
    if day.month is None:
        return _in_month(day.day or 0, today)
    if not 1 <= day.month <= 12:
        raise Impossible(_NO_DAY)
    if day.year is not None or day.years is not None:
        return _exact(day.year or today.year + (day.years or 0), day.month, day.day or 0)
    return _yearless(day.month, day.day or 0, today)


def _yearless(month: int, number: int, today: date) -> date:
    """This year's, or next year's once it is long past; judged by the month where the day may not exist."""
    length = monthrange(today.year, month)[1]
    passed = date(today.year, month, min(number, length) if number > 0 else length) < today - _STORY
    return _exact(today.year + passed, month, number)


def _exact(year: int, month: int, number: int) -> date:
    length = monthrange(year, month)[1]
    if number == LAST:
        number = length
    if not 1 <= number <= length:
        raise Impossible(_NO_DAY)
    return date(year, month, number)


def _in_months(day: Day, today: date) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + (day.months or 0), 12)
    if day.day == 0:  # "in two months": the same day there, or the last one
        return _exact(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return _exact(year, month + 1, day.day or 0)


def _in_month(number: int, today: date) -> date:
    """The coming day of that number; a month without it is passed over."""
    if number == LAST:
        return _exact(today.year, today.month, LAST)
    if not 1 <= number <= 31:
        raise Impossible(_NO_DAY)
    year, month = today.year, today.month
    while number > monthrange(year, month)[1] or date(year, month, number) < today:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return date(year, month, number)


def _lunar(day: Day, today: date) -> date:
    if not 1 <= (day.day or 0) <= 30 or not 1 <= (day.month or 1) <= 12:
        raise Impossible(_NO_DAY)
    found = lunar.find_day(today, day.month, day.day or 0, eve=day.eve)
    if found is None:
        raise Impossible(_NO_DAY)
    return found
