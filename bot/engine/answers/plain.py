"""A plain answer to what was asked last, with whatever people say around it: a number among words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.contract.flow import Slot, SlotKind
from bot.contract.understanding import Danger, Value
from bot.engine import slots
from bot.engine.answers.at_hour import at_hour
from bot.engine.answers.given import given
from bot.engine.decision import Decision
from bot.engine.said import Said

# What is no plain answer: a question, another wish, something called off or left open.
_NO_ANSWER = frozenset({"question", "asks_back", "also", "off", "not_known", "inexact", "want", "parking", "wants_it"})
# What a line does in the middle of a talk, where it surely answers nothing.
_OTHER_ACTS, SURELY = ("asks", "wants", "off", "person", "declines"), 0.7
# So many words without a number of their own are a story.
_STORY = 60


def plainly_given(said: Said) -> Decision | None:
    """The number that was asked for, however it is said."""
    name, extra = said.top.awaiting or "", said.understanding.extra
    slot = said.flow.slot(name) if said.flow.has(name) else None
    read = _READS.get(slot.kind) if slot is not None and not slot.private else None
    any_ = bool({"any_of_them", "soonest"} & set(extra))
    barred = (_NO_ANSWER - {"not_known", "inexact"} if any_ else _NO_ANSWER) & set(extra)
    if slot is None or read is None or said.problems or barred:
        return None
    if said.understanding.danger is not Danger.NONE and "heads" not in extra:
        return None
    if said.understanding.share(*_OTHER_ACTS) >= SURELY and not any_ and "somebody" not in extra:
        return None
    value = read(said, slot)
    if value is None:
        return None
    return Decision("answer", said.flow.name, {**without_hour(said), slot.name: value}, slot=slot.name)


def _number(said: Said, slot: Slot) -> Value | None:
    if slot.name in said.values:
        return said.values[slot.name]
    counts = "numeral" in said.understanding.extra and len(said.message.text) <= _STORY
    return slots.match(slot, said.message, said.understanding) if counts else None


def _when(said: Said, slot: Slot) -> Value | None:
    """ "Whenever suits, I am retired", "he is parking already": any time, or now, whatever is told besides."""
    extra = said.understanding.extra
    if slot.name in said.values:
        return None
    if {"any_of_them", "soonest", "at_gate"} & set(extra):
        return given(said, slot)
    return at_hour(said, slot)


def _somebody(said: Said, slot: Slot) -> Value | None:
    """Who comes, told by what they are: "the nurse for my mother" wants no doctor."""
    if slot.name == "plate" and slot.name not in said.values:
        return said.understanding.extra.get("plate_like")  # spelled out, and without its province
    if slot.fuller is None or "somebody" not in said.understanding.extra or slot.name in said.values:
        return None
    return slots.match(slot, said.message, said.understanding)


_READS: Mapping[SlotKind, Callable[[Said, Slot], Value | None]] = {
    SlotKind.NUMBER: _number,
    SlotKind.WHEN: _when,
    SlotKind.TEXT: _somebody,
}


def without_hour(said: Said) -> Mapping[str, Value]:
    """ "Five or six", where people are counted, is no hour; and those who are counted are not whom it is for."""
    extra, flow = said.understanding.extra, said.flow
    off = {flow.cued.get("patient")} if "heads" in extra else set()
    off |= {name for name in said.values if "bare_hour" in extra and flow.slot(name).kind is SlotKind.WHEN}
    return {name: value for name, value in said.values.items() if name not in off}


def shown_besides(said: Said, values: Mapping[str, Value]) -> dict[str, Value]:
    """A picture or a place that came along."""
    flow, found = said.flow, dict[str, Value]()
    picture = slots.picture(said.message)
    if picture is not None and flow.has("photo"):
        found["photo"] = picture
    here = said.message.place is not None and flow.has("location") and "location" not in values
    if here and (value := slots.match(flow.slot("location"), said.message, said.understanding)) is not None:
        found["location"] = value
    return found
