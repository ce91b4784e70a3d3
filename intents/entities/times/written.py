"""Times in figures that belong to no language: 15:30, 2026-12-05, 12/5."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intents.entities.times.pieces import Clock, Day, Piece
from intents.patterns import later

_RULES = later(
    # A dash before a date is the rest of a number, unless it joins two dates: 12/1-12/3.
    r"(?:(?<![\d.:/$¥_a-z-])|(?<=/\d-)|(?<=/\d\d-))(?:"
    r"(?P<date>(?P<year>20\d\d)(?P<bar>[-/.])(?P<month>\d{1,2})(?P=bar)(?P<day>\d{1,2}))(?![\d/:]|-\d|\.\d)"
    r"|(?P<slash>(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<late>20\d\d))?)(?![\d/]|-\d(?!\d?/\d)|\.\d))"
    # ISO 8601 puts a "t" between day and clock; a range may put a dash before its end.
    r"|(?:(?<![\d.:/$¥_a-z])|(?<=\d)t)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?!\d|:|\.\d)",
    re.ASCII,
)


def read(text: str) -> Iterator[Piece]:
    """Every date and clock time written in figures."""
    for match in _RULES.finditer(text):
        start, end = match.span()
        if match["date"]:
            day = Day(year=int(match["year"]), month=int(match["month"]), day=int(match["day"]))
            yield Piece(start, end, day=day)
        elif match["slash"]:
            found = _slashed(int(match["a"]), int(match["b"]), match["late"])
            if found:
                yield Piece(start, end, day=found)
        else:
            yield Piece(start, end, clock=clock_of(match["hour"], match["minute"]))


def clock_of(hour: str, minute: str | None = None, half: str | None = None) -> Clock:
    """A leading zero or an hour beyond twelve says that all 24 are counted."""
    number = int(hour)
    exact = half is None and (number > 12 or (len(hour) == 2 and hour[0] == "0") or number == 0)
    return Clock(number, int(minute or 0), half, exact)


def _slashed(first: int, second: int, year: str | None) -> Day | None:
    """Month before day, as in China, unless the figures allow only the other order."""
    if first > 12 >= second > 0 and first <= 31:
        first, second = second, first
    if not (0 < first <= 12 and 0 < second <= 31):
        return None
    return Day(year=int(year) if year else None, month=first, day=second)
