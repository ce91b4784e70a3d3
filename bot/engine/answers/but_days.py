"""Days that do not suit: kept with what is open, so that none of them is offered, and a wish for one makes way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.contract.altered import altered
from bot.contract.flow import Flow, SlotKind
from bot.contract.ruled_out import BUT, DROPPED, is_ruled_out
from bot.contract.understanding import Understanding, Value, When
from bot.engine.run import Run


def is_of(flow: Flow, heard: Understanding) -> bool:
    """Whether days were ruled out for this flow, which plans a time; "he is away tomorrow, one will do" counts."""
    return (
        "but_days" in heard.extra
        and "for_it" not in heard.extra
        and any(slot.kind is SlotKind.WHEN for slot in flow.slots)
    )


def keeps_words(flow: Flow) -> bool:
    """Whether those who come read the words, as no time is chosen here that could be on another day."""
    return flow.gist is not None and not any(slot.required for slot in flow.slots if slot.kind is SlotKind.WHEN)


def with_days(run: Run, derived: Mapping[str, Value]) -> dict[str, Value]:
    """The same with the days that do not suit; a time that stands on one of them is a wish no more."""
    heard, frame = run.turn.understanding, run.top
    if not is_of(run.flow, heard):
        return dict(derived)
    days = f"{frame.slots.get(BUT, '')} {heard.extra['but_days']}".split()
    ruled: dict[str, Value] = {BUT: " ".join(dict.fromkeys(days))}
    stands = {name: value for name, value in frame.slots.items() if not _falls_on(value, ruled)}
    if len(stands) < len(frame.slots):
        off = next(value for value in frame.slots.values() if _falls_on(value, ruled))
        run.set_top(altered(frame, slots={name: value for name, value in stands.items() if name != "_at"}))
        ruled[DROPPED] = off
    return {**derived, **ruled}


def hour_of_dropped(known: Mapping[str, Value], value: Value) -> Value | None:
    """ "Thursday, then": at the hour that was wished for the day that does not suit."""
    bare = isinstance(value, When) and not value.has_clock and not value.dayless
    return known.get(DROPPED) if bare else None


def _falls_on(value: Value, ruled: Mapping[str, Value]) -> bool:
    if not isinstance(value, When):
        return False
    if not isinstance(value.start, datetime):
        return value.end is None and is_ruled_out(value.start, ruled)
    return is_ruled_out(value.start.date(), ruled)
