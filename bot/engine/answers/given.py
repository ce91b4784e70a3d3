"""What an answer gives to the slot that was asked for: a value, one of those offered, a name and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.contract.flow import Slot, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding, Value, When
from bot.engine import slots
from bot.engine.answers.a_yes import accepts, agrees, wants_more
from bot.engine.answers.at_hour import FOUND, matching, times_of
from bot.engine.answers.needed import too_little
from bot.engine.decision import SURE
from bot.engine.said import Said
from bot.engine.several.offered import lone, meant_by, the_one

# So many words, or Chinese characters, are a name and no wish unless they are very clear.
BRIEF_WORDS, BRIEF = 2, 4
HALF = 12
# Another time for the case that the first cannot be; or as early as can be.
FALLS_BACK = frozenset({"falls_back", "sooner", "at_first"})


def of_the_offered(said: Said, awaited: Slot) -> Value | None:
    """ "Nine", where Monday at eight, half past and nine were offered: that Monday's nine, and no other day's."""
    value = said.values.get(awaited.name)
    if not isinstance(value, When) or not value.dayless or not isinstance(value.start, datetime):
        return None
    times = times_of(said, awaited)
    clock = value.start.time()
    fits = [at for at in times if at.time() == clock or (value.open and at.hour == clock.hour + HALF)]
    if len(fits) == 1 and fits[0].minute == clock.minute:
        lasts = value.end - value.start if isinstance(value.end, datetime) else None
        return When(fits[0], fits[0] + lasts if lasts is not None else None)
    days, before = {at.date() for at in times}, said.top.slots.get(awaited.name)
    wished = before.start if isinstance(before, When) and not isinstance(before.start, datetime) else None
    if len(days) == 1 and not fits and wished not in days:
        # "Half past ten is better", where the wished day had nothing and another one was offered.
        return When(datetime.combine(days.pop(), value.start.timetz()))
    return None


def names(awaited: Slot | None, message: InboundMessage, understanding: Understanding) -> bool:
    """A word or two where words were asked for: "wedding cars" names who comes, it is no wish about parking."""
    if awaited is None or awaited.kind is not SlotKind.TEXT or understanding.confidence >= SURE:
        return False
    said = message.text.strip()
    return len(said.split()) <= BRIEF_WORDS if said.isascii() else len(said) <= BRIEF


def given(said: Said, awaited: Slot) -> Value | None:
    """What this answer gives to the awaited slot; one of several is meant by its title or a part of it.

    A yes to a time that is offered takes it: it is read back, or told with how to change it.
    """
    any_ = bool({"any_of_them", "soonest"} & set(said.understanding.extra)) and (awaited.free or _is_when(awaited))
    if too_little(awaited, said.understanding) and not any_:
        return None
    if any_:
        # "Whichever": the first of those that were offered, which is read back; with none on offer the next day, of
        # which the flow finds a time.
        shown = (o.payload.partition("=") for o in said.conversation.offered)
        first = next((value for name, _, value in shown if name in (awaited.name, FOUND)), None)
        free = first is None and awaited.free and _is_when(awaited)
        return When(said.message.received_at.date() + timedelta(days=1)) if free else first
    if awaited.kind is SlotKind.WHEN and (
        accepts(said.message.text, said.understanding) or FALLS_BACK & set(said.understanding.extra)
    ):
        # "If the morning is full, early afternoon": it is not full, as the times on offer show.
        return _of_several(said, awaited)
    if (
        awaited.kind is SlotKind.PLACE
        and accepts(said.message.text, said.understanding)
        and (only := the_one(said.conversation))
    ):
        return only
    if awaited.kind is SlotKind.PHONE and accepts(said.message.text, said.understanding):
        # "Shall we ring the number you call from?" Yes.
        caller = lone(said.conversation, awaited.name)
        return caller or slots.match(awaited, said.message, said.understanding)
    if awaited.kind is SlotKind.CHOICE:
        more = wants_more(said.message.text, said.understanding)
        if more and awaited.cue:
            return None  # "yes please write it", where it is asked whether a card shall be blocked
        yes = agrees(said.understanding) and not more
        agreed = awaited.yes if yes else None
        return meant_by(said.conversation, said.message) or agreed or _in_other_words(said, awaited)
    return slots.match(awaited, said.message, said.understanding)


def _of_several(said: Said, awaited: Slot) -> Value | None:
    """A plain yes to several times takes the one that suits what was wished before, and none by guess until it was
    asked which; "yes" to "today or tomorrow?" chooses neither, nor among times in the place of an hour that was
    wished."""
    times, before = times_of(said, awaited), said.top.slots.get(awaited.name)
    if "clock" in said.understanding.extra:
        return None
    falls_back = bool(FALLS_BACK & set(said.understanding.extra))
    if len(times) == 1 or falls_back:
        return When(times[0]) if times else None
    wished = isinstance(before, When) and before.has_clock and not before.bound
    fits = [] if wished else matching(said, awaited) or (times if said.top.tries else [])
    return When(fits[0]) if fits else None


def _in_other_words(said: Said, awaited: Slot) -> Value | None:
    """ "It is all greasy", where a kind of help is chosen: what is named belongs to one of those on offer."""
    meant, extra = said.understanding.extra.get(f"meant_{awaited.name}"), said.understanding.extra
    offered = {offer.payload for offer in said.conversation.offered}
    return meant if not {"question", "asks_back"} & set(extra) and f"{awaited.name}={meant}" in offered else None


def _is_when(slot: Slot) -> bool:
    return slot.kind is SlotKind.WHEN


def with_its_number(said: Said) -> Mapping[str, Value]:
    """ "Garage B12", where nothing but a place was asked for and is told."""
    name = said.top.awaiting or ""
    if set(said.values) != {name} or said.flow.slot(name).kind is not SlotKind.PLACE:
        return said.values
    return {name: slots.with_number(said.values[name], said.message.text, said.understanding)}
