"""Two wishes in one message: what the first half is, seen from the second."""

from __future__ import annotations

import re

from bot.contract.conversation import Conversation
from bot.contract.flow import Book
from bot.contract.understanding import Danger, Understanding
from bot.engine.decision import Decision
from bot.engine.measure import is_brief

# What one says before a question as often as to agree.
_LEADS = frozenset({"ok", "okay", "fine", "right", "so", "\u597d", "\u597d\u5427", "\u884c", "\u54e6", "\u55ef"})
VISIT = "register_visitor"
# What people want because somebody comes.
_FOR_THE_HOME = frozenset({"book_housekeeping", "order_meal", "book_venue"})
# What leaves only a part of it.
_JUST = re.compile("(\u90a3)?(\u5c31|\u53ea)(\u8981|\u662f)?|just |only ", re.IGNORECASE)


def leads_on(understanding: Understanding) -> bool:
    """ "Ok, and can I still pay when I have left?" agrees to nothing: it goes on to a question."""
    rest = understanding.rest
    if rest is not None and "go" in rest.extra and understanding.intent == "affirm" and not understanding.entities:
        return True  # "all right, pay it": one yes, said twice
    if rest is not None and _is_background(understanding, rest):
        return True
    asks = rest is not None and "asks_back" in rest.extra and "requests" not in rest.extra
    if rest is not None and _JUST.match(rest.said) and "off" in understanding.extra and not understanding.entities:
        return True  # "never mind then, just the cleaning": what was asked about is off, and nothing else
    return asks and understanding.said.strip(" ,.\uff0c\u3002").casefold() in _LEADS


# What makes a second matter of a few words.
_SECOND = frozenset(
    {"requests", "also", "fault", "urgent", "question", "asks_back", "wants_it", "off", "missing", "matter"}
)
FEW_WORDS, FEW = 3, 6


def is_mere(conversation: Conversation, rest: Understanding, book: Book) -> bool:
    """ "Just one, wall unit", while something is asked: the second half names a thing, and begins no other matter."""
    top, flow = conversation.top, book.for_intent(rest.intent)
    if top is None or top.awaiting is None or flow is None or flow.aside or flow.name == top.flow:
        return False
    calm = rest.danger is Danger.NONE and not _SECOND & set(rest.extra) and rest.rest is None
    return calm and is_brief(rest.said, FEW_WORDS, FEW)


# What asks for something in so many words, and what shows that there is something more beside it.
_WISHES = frozenset({"requests", "wants_it", "question", "asks_back", "inquires", "urgent", "also", "fault", "plate"})


def _is_background(first: Understanding, rest: Understanding) -> bool:
    """ "My mother-in-law comes on Wednesday, could you send a cleaner": why, and then the wish."""
    if first.intent != VISIT or _WISHES & set(first.extra):
        return False
    return rest.intent in _FOR_THE_HOME and "requests" in rest.extra and "also" not in rest.extra


def told_first(decision: Decision, understanding: Understanding, book: Book) -> Decision:
    """ "What do I owe, and book me a cleaner": what is only asked is answered, and does not hold up the other."""
    flow = book.flows.get(decision.flow or "")
    asked = flow is not None and flow.consult is not None and set(flow.consults) & set(understanding.extra)
    looks = decision.act == "start" and asked and "question" in understanding.extra
    return Decision("consult", decision.flow) if looks and flow is not None and "?" not in flow.consults else decision
