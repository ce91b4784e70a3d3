"""One more of what was just filed ("and one on Friday, same time"): its own thing, and no change of the first."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.conversation import Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding, Value, When
from bot.engine import slots
from bot.engine.answers.joined import coming, joined
from bot.engine.decision import INTERRUPT, Decision

_MEASURED = {"hours", "quantity"}


def one_more(
    recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """ "And one for Monday at nine": another of the same kind, and no change of the one just filed."""
    other = book.for_intent(understanding.intent)
    values = slots.named(flow, understanding)
    clear = other is not None and other is not flow and understanding.confidence >= INTERRUPT
    if not values or clear:
        return None
    same = {s.name for s in flow.slots if s.kind is SlotKind.CHOICE and not s.private}
    # "At the same time" is as long as well.
    same = (same | (_MEASURED if "same_time" in understanding.extra else set())) & recent.slots.keys()
    alike = {name: recent.slots[name] for name in same}
    return Decision("start", flow.name, {**alike, **values, **_then(recent, message, understanding, values)})


def _then(
    recent: Frame, message: InboundMessage, understanding: Understanding, values: Mapping[str, Value]
) -> dict[str, Value]:
    """ "And one on Friday, same time": at the hour of the one before, and of its week where today is a Friday."""
    before, when = recent.slots.get("when"), values.get("when")
    if not isinstance(before, When) or not isinstance(when, When):
        return {}
    then = coming(before, when, message.received_at) if "weekday" in understanding.extra else when
    return {"when": joined(before, then) if "same_time" in understanding.extra else then}
