"""Reckons a group of pieces into the `When` it means at a given now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo

from bot.contract.understanding import When
from intents.entities.times.days import find_rival, find_span
from intents.entities.times.hours import OVER, Choice, in_daytime, list_choices
from intents.entities.times.joining import Group
from intents.entities.times.pieces import DAWN, Clock, Day, Impossible

_NO_TIME = "no_such_time"
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def resolve(group: Group, now: datetime) -> When | None:
    """The wish, with the other day where two were named for one; None for a part of today that is over (a story, not a
    wish); Impossible for what cannot be."""
    found = _resolved(group, now)
    if found is None or group.day is None:
        return found
    rival = find_rival(group.day, now.date())
    return found if rival is None else replace(found, rival=rival)


def _resolved(group: Group, now: datetime) -> When | None:
    if group.after is not None:
        return When((now + group.after).replace(second=0, microsecond=0))
    for clock in (group.clock, group.clock and group.clock.end, group.until and group.until.clock):
        if clock and not clock.possible:
            raise Impossible(_NO_TIME)
    if group.clock is None:
        return _resolve_day(group, now)
    start = _start(group, group.clock, now)
    return When(start, _end(group, group.clock, start), dayless=group.day is None, open=is_guess(group))


def is_guess(group: Group) -> bool:
    """Whether am or pm was ours to choose."""
    return group.clock is not None and len(list_choices(group.clock, group.part)) > 1


def _resolve_day(group: Group, now: datetime) -> When | None:
    today, part = now.date(), group.part
    over = part is not None and now.hour >= OVER[part]
    said = "night" if part == DAWN else part
    if group.day is None:
        return When(today + _DAY if over else today, part=said, dayless=True)
    first, last = find_span(group.day, today)
    if first == today and over:
        if group.day.weekday is None or group.day.week is not None:
            return None
        first += _WEEK
    if group.until and group.until.day:
        last = find_span(_anchored(group.until.day), first)[0]
    if said is None and group.until:
        said = "night" if group.until.part == DAWN else group.until.part
    return When(first, last if last and last > first else None, said)


def _anchored(day: Day) -> Day:
    """The end of a range counts from its start: only "下周五" after "下周一" would else count twice."""
    return Day(weekday=day.weekday) if day.weekday is not None else day


def _start(group: Group, clock: Clock, now: datetime) -> datetime:
    choices = _narrowed(group, clock)
    zone = now.tzinfo
    if group.day is None:
        return _coming(choices, clock, now)
    base, _ = find_span(group.day, now.date())
    moments = [_at(base, choice, clock.minute, zone) for choice in choices]
    if base != now.date():
        return moments[0]
    if group.day.weekday is not None and group.day.week is None:
        return moments[0] if moments[0] > now else moments[0] + _WEEK
    return next((moment for moment in moments if moment > now), moments[0])


def _narrowed(group: Group, clock: Clock) -> list[Choice]:
    """ "2 to 4pm" begins at 14, "10 to 2pm" at 10: the last reading before the end."""
    choices = list_choices(clock, group.part)
    end = clock.end or (group.until.clock if group.until else None)
    if len(choices) < 2 or end is None:
        return choices
    ends = list_choices(end, group.until.part if group.until else None)
    if len(ends) > 1 or (group.until and group.until.day):
        return choices
    limit = ends[0][0] * 1440 + ends[0][1] * 60 + end.minute
    before = [choice for choice in choices if choice[1] * 60 + clock.minute < limit]
    return [max(before)] if before else choices


def _at(base: date, choice: Choice, minute: int, zone: tzinfo | None) -> datetime:
    return datetime.combine(base + timedelta(days=choice[0]), time(choice[1], minute), zone)


def _coming(choices: list[Choice], clock: Clock, now: datetime) -> datetime:
    """The next such moment; of an open am or pm, the next within the working day."""
    open_ones = [choice for choice in choices if len(choices) == 1 or in_daytime(choice)] or choices[:1]
    bases = [now.date() + timedelta(days=days) for days in (-1, 0, 1)]
    moments = [_at(base, choice, clock.minute, now.tzinfo) for base in bases for choice in open_ones]
    return min(moment for moment in moments if moment > now)


def _end(group: Group, clock: Clock, start: datetime) -> datetime | None:
    until = group.until
    end = clock.end or (until.clock if until else None)
    if end is None:
        return None
    if until and until.day:
        base = find_span(_anchored(until.day), start.date())[0]
        moments = [_at(base, choice, end.minute, start.tzinfo) for choice in list_choices(end, until.part)]
        return next((moment for moment in moments if moment > start), None)
    part = until.part if until else None
    choices = list_choices(end, part) if part or end.half else _around(end)
    bases = [start.date(), start.date() + _DAY]
    return min(
        (m for base in bases for c in choices if (m := _at(base, c, end.minute, start.tzinfo)) > start), default=None
    )


def _around(end: Clock) -> list[Choice]:
    """Without a word about it, a range ends at the first such hour after its start."""
    if end.exact or end.hour > 12 or end.hour == 0:
        return list_choices(end, None)
    return [(0, end.hour % 24), (0, (end.hour + 12) % 24)]
