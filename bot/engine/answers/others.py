"""What a message gives to the slots of a form, asked for or not: one reader, at every step of every form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.contract.flow import Slot, SlotKind
from bot.contract.understanding import Value, When
from bot.engine.readback.question import mere_values
from bot.engine.said import Said


def told_of_others(said: Said, awaited: Slot | None, values: Mapping[str, Value]) -> dict[str, Value]:
    """What is named for the awaited slot and for others of this form.

    Told in free words, it describes: then nothing that stands is taken back, but what says more of it is kept. A bare
    value is one, whatever was asked.
    """
    free = awaited is not None and awaited.kind is SlotKind.TEXT
    puts = said.understanding.intent == "correct" or "right" in said.understanding.extra
    if not free or puts or mere_values(said):
        return dict(values)
    return {name: value for name, value in values.items() if _is_new(said, name, value)}


def uses_up(said: Said, values: Mapping[str, Value], awaited: Slot) -> bool:
    """Whether the message is nothing but values of this form: then none of its words answers what was asked."""
    if not values or not mere_values(said):
        return bool(values) and not awaited.gist and bool({"right", "tells_name"} & set(said.understanding.extra))
    # "Tomorrow morning" is no matter of a report; the kind of it is.
    return not awaited.gist or not any(said.flow.slot(name).private for name in values)


def _is_new(said: Said, name: str, value: Value) -> bool:
    top = said.top
    if name not in top.slots or _fuller(said, name, value):
        return True
    before = top.slots[name]
    # "Plumber, 10 am", where the day is known: the hour belongs to it.
    hour = isinstance(value, When) and value.dayless and value.has_clock
    return hour and isinstance(before, When) and not isinstance(before.start, datetime)


def _fuller(said: Said, name: str, value: Value) -> bool:
    """ "His name is Mark Bauer", of a brother who was announced."""
    slot = said.flow.slot(name)
    return slot.fuller is not None and slot.fuller(said.top.slots, value)
