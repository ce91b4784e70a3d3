"""A value said later and the one that stood before it: what was left unsaid stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from bot.contract.flow import Flow, Slot, SlotKind
from bot.contract.understanding import Place, Understanding, Value, When
from bot.contract.whereabouts import apart, pieced

# A room has so many digits.
ROOMS = (3, 4)
# A floor and which door of it.
_HOME = re.compile(r"\d{1,2}(?:0[1-9]|1[0-2])")
WEEK = timedelta(days=7)
HALF_DAY = timedelta(hours=12)
# The hours after noon that a part of the day may mean.
LATE = {"afternoon": range(1, 7), "evening": range(5, 12), "night": range(7, 12)}


def joined(before: Value | None, now: Value, *, corrected: bool = False) -> Value:
    """ "No, at 4 pm" is the same day, "no, Sunday" the same hour, "unit 2, room 301" the same building."""
    if isinstance(before, Place) and isinstance(now, Place):
        return (
            before if _is_its_house(before, now) else pieced(before, _in_its_building(before, now), corrected=corrected)
        )
    if not isinstance(before, When) or not isinstance(now, When):
        return now
    day = _day_of(before)
    if now.dayless and isinstance(now.start, datetime):
        return _on_that_day(before, day, now, now.start)
    if now.part is not None and not now.has_clock and _holds(now, before, day):
        return before  # "this afternoon", of a visit at four: said again, and less exactly
    if now.dayless and now.part is not None:
        return replace(now, start=day)
    if not now.has_clock and now.part is None and now.end is None and isinstance(before.start, datetime):
        return _moved(before, before.start, datetime.combine(now.start, before.start.timetz()))
    if not now.has_clock and now.part is None and now.end is None and before.part is not None:
        return replace(now, part=before.part)
    return now


def coming(before: Value | None, now: Value, moment: datetime) -> Value:
    """ "Friday", said on a Friday: the coming one, where its hour is past or what stood before lies ahead."""
    if not isinstance(now, When) or not isinstance(before, When):
        return now
    past = isinstance(now.start, datetime) and now.start < moment
    today = _day_of(now) == moment.date() < _day_of(before)
    if not past and not today:
        return now
    end = now.end + WEEK if now.end is not None else None
    return replace(now, start=now.start + WEEK, end=end, dayless=False, open=False)


# The hours of each part of a day.
PARTS = {"morning": range(5, 13), "noon": range(11, 15), "afternoon": range(12, 19), "evening": range(17, 24)}


def _holds(part: When, before: When, day: date) -> bool:
    """Whether the hour that stands lies in the part of that day that is named now."""
    same = part.dayless or _day_of(part) == day
    return same and isinstance(before.start, datetime) and before.start.hour in PARTS.get(part.part or "", ())


def _day_of(when: When) -> date:
    return when.start.date() if isinstance(when.start, datetime) else when.start


def _on_that_day(before: When, day: date, now: When, clock: datetime) -> When:
    """An hour of the day named before; midnight is the end of that day."""
    start = datetime.combine(day, clock.timetz())
    if clock.time() == time(0):
        start += timedelta(days=1)
    elif now.open and _is_late(before, start):
        return _moved(now, clock, start + HALF_DAY)
    # Which half of the day was not said: where only one of the two can be had, it is that one.
    return replace(_moved(now, clock, start), open=now.open)


def _moved(when: When, start: datetime, to: datetime) -> When:
    """The same stretch of time, begun at another moment."""
    return When(to, when.end + (to - start) if isinstance(when.end, datetime) else None, bound=when.bound)


def _is_late(before: When, start: datetime) -> bool:
    """ "Around eight" of an evening is eight in the evening; of a visit at seven pm too."""
    if start.hour >= HALF_DAY.seconds // 3600:
        return False
    if isinstance(before.start, datetime):
        was = before.start.hour
        return abs(start.hour + 12 - was) < abs(start.hour - was)
    return start.hour in LATE.get(before.part or "", ())


def _is_its_house(home: Place, now: Place) -> bool:
    """ "Building 3", of 3-2-501: said once more, and nothing else."""
    if home.room is None or now.room or now.floor or now.spot or not (now.building or now.unit):
        return False
    return now.building in (None, home.building) and now.unit in (None, home.unit)


def _in_its_building(before: Place, now: Place) -> Place:
    if now.building is not None or now.room is None or before.building is None or now.scope == "public":
        return now
    unit = now.unit or before.unit
    parts = [part for part in (before.building, unit, now.room) if part]
    return Place("-".join(parts), before.building, unit, now.room, now.scope or before.scope)


DAY = 24 * 60


def restated(flow: Flow, known: Mapping[str, Value], heard: Understanding, zone: tzinfo | None) -> dict[str, Value]:
    """ "Make it 8": of what was read back, the number or the hour that is nearest to it."""
    if "shift" in heard.extra:
        return _moved_by(flow, known, int(heard.extra["shift"]))
    said, instead_of = heard.extra.get("rather", ""), heard.extra.get("rather_than", "")
    if not said.isdigit():
        return {}
    stand = [slot for slot in flow.slots if not slot.private and slot.name in known]
    fits = [slot for slot in stand if instead_of.isdigit() and _is(known[slot.name], int(instead_of))]
    numbers = [slot for slot in (fits or stand) if slot.kind is SlotKind.NUMBER]
    hours = [slot for slot in (fits or stand) if slot.kind is SlotKind.WHEN and _has_hour(known, slot.name, heard)]
    if numbers and "rather_at" not in heard.extra and not _nearer(known[numbers[0].name], hours, known, int(said)):
        return {numbers[0].name: int(said)}
    if ("ordering" in heard.extra or not hours) and "rather_at" not in heard.extra:
        # "Two portions", where none were counted yet, is no hour.
        counted = [slot for slot in flow.slots if slot.kind is SlotKind.NUMBER and not slot.private]
        if len(counted) == 1:
            return {counted[0].name: int(said)}
    if hours:
        return _at_hour(hours[0], known, int(said), zone)
    money = next((slot for slot in flow.slots if slot.kind is SlotKind.MONEY), None)
    return {money.name: Decimal(said)} if money is not None and "rather_at" not in heard.extra else {}


def _moved_by(flow: Flow, known: Mapping[str, Value], minutes: int) -> dict[str, Value]:
    """ "An hour later", of what stands; of a day alone only days can be moved."""
    name = next((slot.name for slot in flow.slots if slot.kind is SlotKind.WHEN and slot.name in known), "")
    before = known.get(name)
    if not isinstance(before, When) or (not before.has_clock and minutes % DAY):
        return {}
    by = timedelta(minutes=minutes)
    return {name: replace(before, start=before.start + by, end=before.end + by if before.end is not None else None)}


def _has_hour(known: Mapping[str, Value], name: str, heard: Understanding) -> bool:
    """Of a day alone no hour is changed: "three", of tomorrow's lunch, counts portions."""
    when = known[name]
    return "rather_at" in heard.extra or bool(known.get("_at")) or (isinstance(when, When) and when.has_clock)


def _nearer(counted: Value, hours: list[Slot], known: Mapping[str, Value], said: int) -> bool:
    """A visit of two people at seven: "make it 8" is the hour, "make it 3" the people."""
    when, found = known[hours[0].name] if hours else None, known.get("_at")
    start = when.start if isinstance(when, When) else None
    if found and start is not None:
        start = datetime.fromisoformat(str(found))  # the time that was found for a wish without an hour
    if not isinstance(start, datetime) or not isinstance(counted, int | Decimal):
        return False
    hour = start.hour
    return min(abs(said - hour), abs(said + 12 - hour)) < abs(said - int(counted))


def room_of(flow: Flow, known: Mapping[str, Value], heard: Understanding, said: str) -> dict[str, Value]:
    """ "301", where a building is known and no room of it: a number alone is the room; "no, 502", of a home: its room,
    unless the flow counts or pays something that the number may be."""
    place = next((known[s.name] for s in flow.slots if s.kind is SlotKind.PLACE and s.name in known), None)
    number = said.strip() if said.strip().isdigit() else heard.extra.get("rather", heard.extra.get("instead", ""))
    if not isinstance(place, Place) or place.building is None or not number.isdigit():
        return {}
    if not ROOMS[0] <= len(number) <= ROOMS[1]:
        return {}
    counts = any(slot.kind in (SlotKind.NUMBER, SlotKind.MONEY) for slot in flow.slots)
    if place.room is not None and (counts or not _HOME.fullmatch(number)):
        return {}
    name = next(s.name for s in flow.slots if s.kind is SlotKind.PLACE)
    return {name: Place(number, room=number, scope="inside")}


def _is(value: Value, number: int) -> bool:
    if isinstance(value, When):
        return isinstance(value.start, datetime) and value.start.hour % 12 == number % 12
    return value == number


def _at_hour(slot: Slot, known: Mapping[str, Value], hour: int, zone: tzinfo | None) -> dict[str, Value]:
    before = known[slot.name]
    if not isinstance(before, When) or hour >= 24:
        return {}
    at = datetime.combine(_day_of(before), time(hour), zone)
    return {slot.name: joined(before, When(at, dayless=True, open=0 < hour < 12))}


def better(before: Value | None, value: Value) -> Value:
    """Later words correct earlier ones, but "5th floor" does not replace "3-2", and two pieces are one place."""
    if isinstance(before, When) and isinstance(value, When):
        if value.dayless and value.has_clock and not before.has_clock:
            return joined(before, value)  # "the 28th, it's a Saturday. Start at 9"
        if _bare_day(before) and _bare_day(value) and _weekday(before) == _weekday(value):
            return before  # "on the 29th. Sunday": said once more
        # "Wednesday afternoon, no, Thursday": the afternoon stays.
        bare = not value.dayless and not value.has_clock and value.part is None and value.end is None
        return replace(value, part=before.part) if bare and before.part is not None else value
    if not isinstance(before, Place) or not isinstance(value, Place):
        return value
    if apart(before, value):
        return pieced(before, value)
    return before if before.building and not value.building else value


def _bare_day(when: When) -> bool:
    return not when.dayless and not when.has_clock and when.part is None and when.end is None


def _weekday(when: When) -> int:
    return when.start.weekday()
