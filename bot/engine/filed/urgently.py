"""What is said right after something urgent was filed, by people who have no time to say of what they speak."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Book, Flow
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine.danger.doubt import is_empty
from bot.engine.decision import CERTAIN, OUT_OF_SCOPE, SOS, SURE
from bot.engine.filed.spoken_of import within
from bot.engine.measure import is_brief

# A few words, or Chinese characters, right after.
FEW_WORDS, FEW = 8, 12


def of_the_urgent(recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book) -> bool:
    """ "The windows are open", "nobody feels ill": said just after something urgent was filed, it is about that."""
    fresh = within(recent, message)
    if not fresh or "_urgent" not in recent.slots or {"question", "also"} & set(understanding.extra):
        return False
    talk = {"bye", "asking", "question"} & set(understanding.extra)
    told = understanding.intent in ("affirm", "deny") and "beside" in understanding.extra and not talk
    valve = "valve" in understanding.extra and recent.slots["_urgent"] in ("burst", "gas")
    if {"made_safe", "outside"} & set(understanding.extra) or told or valve:
        return True
    kind = understanding.entity("category")
    # "I cannot close the valve", just after a burst pipe: that, and no second fault.
    brief = is_brief(message.text, FEW_WORDS, FEW) and (kind is None or kind.value == recent.slots.get("category"))
    same = book.by_intent.get(understanding.intent) == flow.name and (understanding.confidence < CERTAIN or brief)
    lost = understanding.intent == OUT_OF_SCOPE and understanding.confidence < SURE and understanding.full_sentence
    lost = lost or (understanding.intent == SOS and is_empty(recent))
    if lost and not {"asking", "chat", "foreign", "angry"} & set(understanding.extra):
        return True  # "my mother is eighty and cannot take the stairs"
    return "nobody" in understanding.extra or (same and understanding.entity("location") is None)
