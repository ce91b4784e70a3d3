"""Two wishes in one message: what the first half is, seen from the second."""

from __future__ import annotations

import re

from bot.contract.altered import altered
from bot.contract.conversation import Conversation
from bot.contract.flow import Book, Flow
from bot.contract.understanding import Danger, Understanding
from bot.engine import slots
from bot.engine.decision import CERTAIN, OUT_OF_SCOPE, Decision
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
    if top is not None and flow is not None and flow.name != top.flow and only_tells(rest, flow):
        return True  # "the flower beds look like a dump, and we pay for that"
    if top is None or top.awaiting is None or flow is None or flow.aside or flow.name == top.flow:
        return False
    calm = rest.danger is Danger.NONE and not _SECOND & set(rest.extra) and rest.rest is None
    return calm and is_brief(rest.said, FEW_WORDS, FEW)


# What a line does that begins nothing in the middle of something, and how surely it does.
_TELLS = ("tells", "answer", "asks", "agrees", "corrects", "manners")
TELLS, SURELY, KNOWN = 0.6, 0.9, 0.98
# So much of what it needs is told that it is asked for.
ALL_OF_IT = 3
# Words that ask for another matter by themselves, whatever the line does; and those that do unless it surely tells.
_BY_NAME = frozenset({"errand", "wants_paper", "keep_out", "service_wish", "urgent", "lost_thing", "found_thing"})
_BY_NAME |= {"instead", "ahead", "also", "claims"}
_OFTEN = frozenset({"requests", "wants_it", "thing"})


def only_tells(understanding: Understanding, flow: Flow) -> bool:
    """ "I have to take the kid to hospital at ten": a reason, a plan or a question, and nothing that this flow does."""
    if understanding.share(*_TELLS) < TELLS or _BY_NAME & set(understanding.extra):
        return False
    if understanding.confidence >= CERTAIN and len(slots.named(flow, understanding)) >= ALL_OF_IT:
        return False  # "my dad arrives on Sunday at two, plate B88812": all that a pass needs
    act, share = understanding.acts[0]
    often = _OFTEN | {"fault", "unfixed", "reports_fault"}
    if act == "answer" and share >= TELLS:
        often = frozenset({"requests", "wants_it"})
    elif act == "asks" and share >= TELLS:
        often = _OFTEN
        if understanding.confidence >= KNOWN:
            return False  # "are there free parking spaces", and the flow knows
    elif understanding.confidence >= CERTAIN and flow.gist is not None and flow.slot(flow.gist).required:
        return False  # what is wrong is reported by being told
    elif act == "tells" and share >= SURELY:
        often = frozenset({"fault", "unfixed"})
    return not often & set(understanding.extra)


def mute(understanding: Understanding) -> Understanding:
    """The same without the matter that it is only like."""
    return altered(understanding, intent=OUT_OF_SCOPE, confidence=0.0, alternatives=())


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
