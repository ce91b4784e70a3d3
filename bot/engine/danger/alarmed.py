"""What is said while an alarm is being talked about: where and what, that it is called off, or words for those on
their way."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Frame
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Place, Understanding, Value
from bot.engine import slots
from bot.engine.afresh import calls_off
from bot.engine.asked.questioned import is_asked
from bot.engine.danger.amid import BESIDE, MAY_PLACE, goes_on
from bot.engine.decision import SOS, Decision


def in_alarm(top: Frame, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """While an alarm is being talked about, words are words for the people on their way."""
    if calls_off(understanding) and not goes_on(understanding):
        return Decision("alarm_cancel")
    flow = book.flows[SOS]
    values = slots.named(flow, understanding)
    amid = understanding.extra.get("amid")
    ends = understanding.intent in ("thank", "goodbye") or "mute" in understanding.extra
    if (ends and not values) or (amid in BESIDE and not (values and amid in MAY_PLACE)):
        return Decision("alarm_words")
    if top.awaiting == "location" and not values and _nowhere(understanding):
        return Decision("alarm_words")  # for those on their way; where it may be stays as it was
    if understanding.extra.keys() & {"nobody", "coming", "guides"} and not values:
        # "When will somebody be here" asks for no call-back: who is coming is told.
        return Decision("alarm_words")
    if is_asked(understanding) and not values:
        return Decision("alarm_words")  # "shall I pull him up?" is no place, and wants an answer
    if understanding.intent in ("repeat", "ask_human"):
        return Decision("repeat") if understanding.intent == "repeat" else Decision("aside", "ask_human")
    if top.awaiting == "location" and "location" in values:
        values = {**values, "location": _whole(values["location"], message, understanding)}
    if top.awaiting and flow.has(top.awaiting) and top.awaiting not in values:
        value = slots.match(flow.slot(top.awaiting), message, understanding)
        if value is not None:
            values = {**values, top.awaiting: value}
    # What answers nothing is for those on their way: it is told so, and not only asked again.
    return Decision("answer", SOS, values, slot=top.awaiting) if values else Decision("alarm_words")


def _whole(value: Value, message: InboundMessage, understanding: Understanding) -> Value:
    """ "5-1, between the 7th and the 8th floor": what two pieces do not hold is told in their own words."""
    pieces = [entity.text for entity in understanding.entities if entity.name == "location"]
    if isinstance(value, Place) and value.room is None and any(one not in value.text for one in pieces):
        return replace(value, text=message.text.strip())
    return slots.whole(value, message.text)


def _nowhere(understanding: Understanding) -> bool:
    """ "Three years old", "tomorrow morning", "don't say it was me": no answer to where."""
    alone = {entity.name for entity in understanding.entities}
    if "no_place" in understanding.extra or (alone == {"when"} and "mere" in understanding.extra):
        return True
    return understanding.extra.get("amid") == "tells" and not _WHERE & set(understanding.extra)


# What tells of a place, whatever else a sentence says.
_WHERE = frozenset({"whereabouts", "scope", "at_theirs", "own_building", "outside", "at_home"})
