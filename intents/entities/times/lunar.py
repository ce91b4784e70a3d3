"""The Chinese calendar for the years a service lives, so that 初五 and 中秋 need no library.

A table instead of the package lunar-python (1.1 MB, 10 ms to import, 3 ms a day): it was generated with that
package and is checked against published festival days in the tests.
"""

from __future__ import annotations

from datetime import date, timedelta

_FIRST = 2024
# Per year: day of the year of New Year's Day << 17 | leap month << 13 | one bit per month that has 30 days.
_YEARS = (
    0x5206D2, 0x3ACEA5, 0x600725, 0x4A064B, 0x34AC97, 0x580CAB, 0x44055A, 0x2E6AD6, 0x540B69, 0x3F7752,
    0x640B52, 0x4E0B25, 0x38DA4B, 0x5C0A4B, 0x4604AB, 0x30A55B, 0x5605AD, 0x400B6A, 0x2C5B52, 0x520D92,
    0x3CFD25, 0x600D25, 0x4A0A55, 0x34B4AD, 0x5A04B6, 0x4205B5, 0x2E6DAA, 0x540EC9, 0x411E92, 0x640E92,
    0x4E0D26, 0x38CA56, 0x5C0A57, 0x4604D6, 0x3086D5, 0x560755, 0x420749,
)  # fmt: skip


class Unlisted(LookupError):
    """A year outside the table."""


def _row(year: int) -> int:
    if not _FIRST <= year < _FIRST + len(_YEARS):
        raise Unlisted(year)
    return _YEARS[year - _FIRST]


def _new_year(year: int) -> date:
    return date(year, 1, 1) + timedelta(days=(_row(year) >> 17) - 1)


def _months(year: int) -> list[tuple[int, bool, date, int]]:
    """Number, leap or not, first day and length of each month of a Chinese year."""
    row, first = _row(year), _new_year(year)
    leap = row >> 13 & 15
    numbers = [(number, False) for number in range(1, 13)]
    if leap:
        numbers.insert(leap, (leap, True))
    months = []
    for place, (number, is_leap) in enumerate(numbers):
        length = 30 if row >> place & 1 else 29
        months.append((number, is_leap, first, length))
        first += timedelta(days=length)
    return months


def find_day(today: date, month: int | None, day: int, *, eve: bool = False) -> date | None:
    """The next such day from today on; None when the next such month is too short for it.

    month None means any month; eve asks for the day before. Leap months are never meant unless today is in one.
    """
    for year in range(today.year - 1, today.year + 3):
        try:
            months = _months(year)
        except Unlisted:
            if year < today.year:
                continue
            raise
        for number, leap, first, length in months:
            if month is not None and (number != month or leap):
                continue
            found = first + timedelta(days=day - 1 - eve)
            if found >= today:
                return found if day <= length else None
    raise Unlisted(today.year)
