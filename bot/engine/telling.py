"""Told just after something was filed or read out, and meant for that, though no flow is open any more."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Book, Flow
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine import slots
from bot.engine.decision import OUT_OF_SCOPE, SURE
from bot.engine.heard import within

# "Ok" and "no" tell nothing more.
BRIEF = 4
# So many of its own values make a wish.
TELLING = 2


def minds(flow: Flow, understanding: Understanding) -> bool:
    """ "I am for it", just after a vote was told: what its flow listens for, though nothing is open."""
    return flow.answer is not None and bool(set(flow.heeds) & set(understanding.extra))


def tells_more(recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book) -> bool:
    """ "By bank transfer", just after it was filed that a bill is paid: for those who look into it."""
    fresh = within(recent, message)
    asks = {"asks_back", "question", "also"} & set(understanding.extra)
    if flow.more is None or recent.case_no is None or not fresh or asks:
        return False
    if book.for_cue(understanding.extra) is not None:
        return False  # "pay the rest, but not the water"
    if set(flow.heeds) & {"paid_by"} & set(understanding.extra):
        return True
    other = book.for_intent(understanding.intent)
    if other is None:
        return understanding.intent in (OUT_OF_SCOPE, "correct", "deny", "affirm") and len(message.text.strip()) > BRIEF
    if other is not flow and len(slots.named(other, understanding)) >= TELLING:
        return False  # "a cleaner tomorrow at two, three hours" is that, however sure its name is
    return understanding.confidence < SURE and not other.aside
