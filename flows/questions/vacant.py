"""What is free, asked for and told: the times of the day that is spoken of, as stretches that are short to hear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.contract.flow import Turn
from bot.contract.text import Clock, Text, t
from bot.contract.understanding import When
from bot.engine.answers.joined import joined
from flows.questions.openings import PARTS

TOPIC = "openings"
# More stretches than these nobody keeps in mind.
MOST = 6
Free = Callable[[date], Sequence[datetime]]


def is_asked(turn: Turn) -> bool:
    return turn.understanding.extra.get("topic") == TOPIC


def spoken_of(turn: Turn) -> When | None:
    """The day that is asked about: the one just named, with what was said before it."""
    said, before = turn.understanding.entity("when"), turn.values.get("when")
    if said is None or not isinstance(said.value, When):
        return before if isinstance(before, When) else None
    now = joined(before, said.value) if said.value.dayless and before is not None else said.value
    return now if isinstance(now, When) else None


def told(turn: Turn, free: Free, ahead: int) -> Text:
    """free: the free times of a day; ahead: so many days are looked through where none was named."""
    wish, today = spoken_of(turn), turn.now.date()
    start = _day(wish) if wish is not None else today
    low, high = PARTS.get(wish.part or "", (0, 24)) if wish is not None else (0, 24)
    days = (max(start, today) + timedelta(days=n) for n in range(ahead))
    found = next(((day, times) for day in days if (times := [at for at in free(day) if low <= at.hour < high])), None)
    if found is None:
        return t("Nothing is free in the next two weeks. Which other day suits you? I can also pass it to the desk.")
    day, times = found
    if wish is not None and isinstance(wish.start, datetime) and wish.start in times:
        return t("{when} is free.", when=When(wish.start))
    if wish is not None and day != start:
        return t(
            "{day}: nothing is free. The next that is free is {next}: {times}.",
            day=wish,
            next=When(day),
            times=_stretches(times),
        )
    return t("Free to begin, {day}: {times}.", day=When(day), times=_stretches(times))


def _day(wish: When) -> date:
    return wish.start.date() if isinstance(wish.start, datetime) else wish.start


def _stretches(times: Sequence[datetime]) -> Text:
    """Times that follow one another are one stretch, by the shortest step between any two of them."""
    step = min((b - a for a, b in pairwise(times)), default=timedelta(hours=1))
    found: list[list[datetime]] = []
    for at in times:
        if found and at - found[-1][-1] == step:
            found[-1].append(at)
        else:
            found.append([at])
    told_ = [_stretch(one) for one in found[:MOST]]
    listed = told_[0]
    for one in told_[1:]:
        listed = t("{first}, {rest}", context="free times", first=listed, rest=one)
    return listed


def _stretch(times: Sequence[datetime]) -> Text:
    first, last = Clock(times[0], bare=True), Clock(times[-1], bare=True)
    if len(times) == 1:
        return t("{time}", context="a free time", time=first)
    if len(times) == 2:
        return t("{first}, {rest}", context="free times", first=first, rest=last)
    return t("any time from {first} to {last}", first=first, last=last)
