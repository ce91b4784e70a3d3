"""What the grammars find before anything is reckoned: so that Chinese and English meet in one vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LAST = -1  # the last day of its month, whatever its number
DAWN = "dawn"  # 凌晨: said as "night" to the outside, but it begins its day instead of ending it


class Impossible(ValueError):
    """The words name a day or a clock time that cannot be."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Day:
    """A day as said; only the fields that were said are set.

    shift: days from today; weekday: 0 is Monday; week and months: counted from the present one;
    later: so many weeks after that weekday ("Friday week" is 1); more: how many days the saying runs on ("今明两天" is 1); eve: the day before; vague: past words that
    tell a story rather than name a day ("yesterday"); every: a repetition, which is no wish for one day; said_with:
    the weekday that was said with a date, and should be that date's.
    """

    shift: int | None = None
    weekday: int | None = None
    weekend: bool = False
    week: int | None = None
    later: int = 0
    months: int | None = None
    years: int | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    lunar: bool = False
    eve: bool = False
    more: int = 0
    vague: bool = False
    every: bool = False
    said_with: int | None = None

    @property
    def frame(self) -> bool:
        """Only a week or a month, in which another piece may name the day."""
        return not (self.dated or self.shift is not None or self.weekday is not None or self.weekend)

    @property
    def dated(self) -> bool:
        return self.day is not None


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time as said: half is "am", "pm" or None; exact when written in 24 hours; end closes a range.

    weak: figures that are hours only beside a day ("Saturday, 2 to 5").
    """

    hour: int
    minute: int = 0
    half: str | None = None
    exact: bool = False
    end: Clock | None = None
    weak: bool = False

    @property
    def possible(self) -> bool:
        return self.minute < 60 and (self.hour < 24 or (self.hour == 24 and self.minute == 0))


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing a grammar recognised at [start, end); after: a length of time from now ("in two hours")."""

    start: int
    end: int
    day: Day | None = None
    part: str | None = None
    clock: Clock | None = None
    after: timedelta | None = None
