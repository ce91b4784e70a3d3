"""What keys mean in a call: the same everywhere, or the answer to what was asked."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine import slots
from bot.engine.decision import Decision

LANGUAGE_KEY = "5"


def everywhere(keys: str) -> Decision | None:
    """The keys that mean the same on every call (practice 8); 9 was heard as danger before this."""
    return {
        "0": Decision("aside", "ask_human"),
        "*0": Decision("aside", "ask_human"),
        "*": Decision("repeat"),
        "#": Decision("repeat"),
        "7": Decision("back"),
        "8": Decision("more"),
    }.get(keys)


def keyed_answer(top: Frame | None, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """Digits typed for the awaited slot; keys are never read as words."""
    if top is None and message.text == LANGUAGE_KEY:
        return Decision("aside", "change_language")  # in the middle of something it is only a wrong key
    flow = book.flows[top.flow] if top is not None else None
    if top is None or flow is None or top.awaiting is None or not flow.has(top.awaiting):
        return Decision("unknown")
    value = slots.match(flow.slot(top.awaiting), message, understanding)
    return (
        Decision("unknown")
        if value is None
        else Decision("answer", flow.name, {top.awaiting: value}, slot=top.awaiting)
    )
