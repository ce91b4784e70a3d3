"""A number that is told before it is asked for."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Flow, SlotKind
from bot.contract.understanding import Understanding, Value


def counted(flow: Flow, frame: Frame, understanding: Understanding) -> dict[str, Value]:
    """ "Just the one", while something else is asked: the number that this flow will need."""
    said = understanding.extra.get("numeral", "")
    if "only_so_many" not in understanding.extra or not said.isdigit():
        return {}
    open_ = [s.name for s in flow.slots if s.kind is SlotKind.NUMBER and s.required and s.name not in frame.slots]
    return {open_[0]: int(said)} if len(open_) == 1 else {}
