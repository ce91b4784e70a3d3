"""What may be left out is left out: it is sent as it stands, or agreed to without it."""

from __future__ import annotations

from bot.contract.flow import SlotKind
from bot.engine.said import Said


def sends(said: Said) -> bool:
    """ "Send it", where something is asked that may be left open."""
    name, heard = said.top.awaiting or "", said.understanding
    slot = said.flow.slot(name) if said.flow.has(name) else None
    if slot is None or slot.required or said.top.case_no is not None or "go" not in heard.extra:
        return False
    return said.flow.gist in said.top.slots or (said.flow.gist is None and slot.kind is SlotKind.TEXT)


def without_it(said: Said) -> bool:
    """ "All right", to words that may be left out and nothing else on offer: it goes on without them."""
    name, heard = said.top.awaiting or "", said.understanding
    slot = said.flow.slot(name) if said.flow.has(name) else None
    if slot is None or slot.required or slot.kind is not SlotKind.TEXT or "beside" in heard.extra:
        return False
    return heard.intent == "affirm" and [offer.payload for offer in said.conversation.offered] == ["skip"]
