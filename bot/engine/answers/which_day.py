"""A weekday named on that very day may be today or the one in a week, and a weekday beside a date may not be that
date's: it is asked, and the hour that was said stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.contract.altered import altered
from bot.contract.errors import Refused
from bot.contract.flow import Flow, Slot, SlotKind
from bot.contract.text import Ask, Option, t
from bot.contract.understanding import Value, When
from bot.engine.answers.joined import WEEK
from bot.engine.run import Run

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T.+)?")
# "This Friday", "today, Friday": no doubt is left.
_THIS = re.compile("\u4eca|\u672c|\u8fd9|\\bthis\\b|\\btoday\\b|\\btonight\\b", re.IGNORECASE)
_ASKED = t("Do you mean today, or the same day next week?")
_RIVALS = t("That date is another day of the week. Which of the two do you mean?")


def open_name(name: str) -> str:
    """Under which name a wish waits until its day is known."""
    return f"_open_{name}"


def stood(known: Mapping[str, Value], name: str) -> Value | None:
    """What a value said now belongs to: what stands, or what waits for its day."""
    return known.get(name) or known.get(open_name(name)) or None


def read_day(flow: Flow, name: str, value: Value) -> Value:
    """The day of a choice that was offered."""
    chosen = isinstance(value, str) and flow.has(name) and flow.slot(name).kind is SlotKind.WHEN
    if not chosen or not isinstance(value, str) or not _DATE.fullmatch(value):
        return value
    return When(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))


def in_that_week(run: Run, name: str, value: Value) -> Value:
    """ "Next week", to the question which of the two Fridays is meant: the later one, at its hour."""
    known, waits = run.top.slots, run.top.slots.get(open_name(name))
    if name not in known and isinstance(waits, When) and _day(waits) > run.turn.now.date():
        return _next_to(run, waits, value)
    near = _of_that_week(run, known.get(name), value)
    if near is not None:
        return near
    if name in known or not isinstance(waits, When) or not isinstance(value, When) or value.end is None:
        return value
    later = replace(waits, start=waits.start + WEEK)
    last = value.end.date() if isinstance(value.end, datetime) else value.end
    return later if not value.has_clock and _day(value) <= _day(later) <= last else value


def _next_to(run: Run, waits: When, value: Value) -> Value:
    """ "The Sunday", to the question whether it is Sunday the 29th or the Saturday: the one of these days."""
    if "weekday" not in run.turn.understanding.extra or not isinstance(value, When) or value.end is not None:
        return value
    weeks = round((_day(waits) - _day(value)) / WEEK)
    return replace(value, start=value.start + weeks * WEEK)


def _of_that_week(run: Run, before: Value | None, value: Value) -> When | None:
    """ "Friday, then", said on a Friday where Thursday of next week stands: the day after that."""
    if "weekday" not in run.turn.understanding.extra or not isinstance(before, When) or not isinstance(value, When):
        return None
    later, today = replace(value, start=value.start + WEEK), run.turn.now.date()
    unsure = _day(value) == today and value.end is None and not value.dayless
    said = run.turn.understanding.entity("when")
    if not unsure or said is None or _THIS.search(said.text) or _day(before) <= today:
        return None
    return later if _day(later).isocalendar()[:2] == _day(before).isocalendar()[:2] else None


def must_be_clear(run: Run, slot: Slot, value: Value) -> None:
    """Refuse a weekday that is today's, where a time ahead is planned and nothing says which one is meant, and one that
    is not the date's it was said with."""
    heard, said = run.turn.understanding, run.turn.understanding.entity("when")
    if isinstance(value, When) and _rival(run, value) is not None and slot.kind is SlotKind.WHEN:
        run.set_top(altered(run.top, slots={**run.top.slots, open_name(slot.name): value}))
        raise Refused("a day that is another", _RIVALS)
    planned = slot.kind is SlotKind.WHEN and slot.check is not None and not run.top.amending
    if not planned or not isinstance(value, When) or "weekday" not in heard.extra or said is None:
        return
    if value.dayless or value.end is not None or _day(value) != run.turn.now.date() or _THIS.search(said.text):
        return
    run.set_top(altered(run.top, slots={**run.top.slots, open_name(slot.name): value}))
    raise Refused("which of two days", _ASKED)


def with_days_to_choose(run: Run, name: str, ask: Ask) -> Ask:
    """The question with both days, where it asks which of them is meant."""
    value = run.top.slots.get(open_name(name))
    if ask.text.msgid not in (_ASKED.msgid, _RIVALS.msgid) or not isinstance(value, When):
        return ask
    rival = _rival(run, value)
    later = replace(value, start=value.start + (rival - _day(value) if rival is not None else WEEK))
    options = tuple(Option(t("{when}", when=one), f"{name}={one.start.isoformat()}") for one in (value, later))
    return altered(ask, options=options)


def _rival(run: Run, value: When) -> date | None:
    """The other day that was named with this one, in what was just said."""
    said = run.turn.understanding.entity("when")
    told = said.value if said is not None else None
    return told.rival if isinstance(told, When) and _day(told) == _day(value) else None


def _day(when: When) -> date:
    return when.start.date() if isinstance(when.start, datetime) else when.start
