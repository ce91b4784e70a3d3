"""What is said while an alarm is being talked about: where and what, that it is called off, or words for those on
their way."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine import slots
from bot.engine.afresh import calls_off
from bot.engine.decision import SOS, Decision
from bot.engine.questioned import is_asked


def in_alarm(top: Frame, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """While an alarm is being talked about, words are words for the people on their way."""
    if calls_off(understanding):
        return Decision("alarm_cancel")
    flow = book.flows[SOS]
    values = slots.named(flow, understanding)
    if top.awaiting == "location" and not values and _nowhere(understanding):
        return Decision("alarm_words")  # for those on their way; where it may be stays as it was
    if understanding.extra.keys() & {"nobody", "coming", "guides"} and not values:
        # "When will somebody be here" asks for no call-back: who is coming is told.
        return Decision("alarm_words")
    if is_asked(understanding) and not values:
        return Decision("alarm_words")  # "shall I pull him up?" is no place, and wants an answer
    if understanding.intent in ("repeat", "ask_human"):
        return Decision("repeat") if understanding.intent == "repeat" else Decision("aside", "ask_human")
    if top.awaiting and flow.has(top.awaiting) and top.awaiting not in values:
        value = slots.match(flow.slot(top.awaiting), message, understanding)
        if value is not None:
            values = {**values, top.awaiting: value}
    return Decision("answer", SOS, values, slot=top.awaiting)


def _nowhere(understanding: Understanding) -> bool:
    """ "Three years old", "tomorrow morning", "don't say it was me": no answer to where."""
    alone = {entity.name for entity in understanding.entities}
    return "no_place" in understanding.extra or (alone == {"when"} and "mere" in understanding.extra)
