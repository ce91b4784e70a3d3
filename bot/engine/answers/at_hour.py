"""An hour said where free times are offered is that hour of their day, whichever three of its times were listed."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.contract.flow import Slot, SlotKind
from bot.contract.understanding import When
from bot.engine.answers.joined import PARTS
from bot.engine.said import Said

HALF = 12
# An hour in what is counted, put right or asked for besides.
_OTHERWISE = frozenset({"heads", "instead_of", "only_so_many", "quantity"})
# What a flow calls a free time that it found.
FOUND = "_at"


def times_of(said: Said, awaited: Slot) -> list[datetime]:
    """The times that were offered for it, under its own name or as one that was found."""
    shown = (offer.payload.partition("=") for offer in said.conversation.offered)
    return [datetime.fromisoformat(at) for name, _, at in shown if name in (awaited.name, FOUND) and "T" in at]


def at_hour(said: Said, awaited: Slot) -> When | None:
    """ "Half nine is good", where Monday at eight, half past and nine were listed: Monday at half past nine."""
    extra, times = said.understanding.extra, times_of(said, awaited)
    told = any(said.flow.slot(name).kind is SlotKind.NUMBER for name in said.values)
    if awaited.kind is not SlotKind.WHEN or not times or "clock" not in extra or told or _OTHERWISE & set(extra):
        return None
    day, clock = _day(said, awaited, times), time.fromisoformat(extra["clock"])
    if day is None:
        return None
    start = datetime.combine(day, clock, times[0].tzinfo)
    open_ = 0 < clock.hour < HALF
    # Which half of the day was not said: one that is listed, else the one that can be had.
    if open_ and (later := start.replace(hour=clock.hour + HALF)) in times and start not in times:
        return When(later)
    return When(start, open=open_)


def matching(said: Said, awaited: Slot) -> list[datetime]:
    """The times on offer that suit what was wished before: a part of the day, or a limit."""
    before = said.top.slots.get(awaited.name)
    if not isinstance(before, When):
        return []
    hours = PARTS.get(before.part or "", range(24))
    times = [at for at in times_of(said, awaited) if at.hour in hours]
    if before.bound and isinstance(before.start, datetime):
        limit = before.start
        return [at for at in times if (at < limit if before.bound == "before" else at >= limit)]
    return times if before.part else []


def _day(said: Said, awaited: Slot, times: list[datetime]) -> date | None:
    """The day that is spoken of, else the one that all of the offered are on."""
    before, days = said.top.slots.get(awaited.name), {at.date() for at in times}
    wished = before.start if isinstance(before, When) else None
    wished = wished.date() if isinstance(wished, datetime) else wished
    return wished if wished in days else days.pop() if len(days) == 1 else None
