"""What may be left out is left out: it is sent as it stands, or agreed to without it."""

from __future__ import annotations

from bot.contract.flow import SlotKind
from bot.engine import slots
from bot.engine.readback.consent import leaves_it
from bot.engine.said import Said
from bot.engine.several.offered import leaves_open


def goes_past(said: Said) -> bool:
    """What is asked is left open: it is not known, or nothing more is to be said. What must be known is asked again."""
    ends = leaves_it(said) and said.top.case_no is None
    open_ = leaves_open(said.conversation, said.top, said.understanding)
    return ends or open_ or _not_known(said) or _sends(said) or _without_it(said)


def _sends(said: Said) -> bool:
    """ "Send it", where something is asked that may be left open."""
    name, heard = said.top.awaiting or "", said.understanding
    slot = said.flow.slot(name) if said.flow.has(name) else None
    if slot is None or slot.required or said.top.case_no is not None or "go" not in heard.extra:
        return False
    return said.flow.gist in said.top.slots or (said.flow.gist is None and slot.kind is SlotKind.TEXT)


def _without_it(said: Said) -> bool:
    """ "All right", to words that may be left out and nothing else on offer: it goes on without them."""
    name, heard = said.top.awaiting or "", said.understanding
    slot = said.flow.slot(name) if said.flow.has(name) else None
    if slot is None or slot.required or slot.kind not in (SlotKind.TEXT, SlotKind.NUMBER):
        return False
    plain = heard.intent == "affirm" and "beside" not in heard.extra
    agrees = plain or slots.counts_places(said.message.text)  # "one court will do"
    return agrees and [offer.payload for offer in said.conversation.offered] == ["skip"]


def _not_known(said: Said) -> bool:
    """ "Not sure of the plate", of what may be left out."""
    name, extra = said.top.awaiting or "", set(said.understanding.extra)
    slot = said.flow.slot(name) if said.flow.has(name) else None
    asks = {"question", "asks_back", "any_of_them"} & extra
    return slot is not None and not slot.required and "not_known" in extra and not asks and said.top.case_no is None
