"""What a yes takes: the offer that was made, and nothing that is asked for besides."""

from __future__ import annotations

from bot.contract.understanding import Understanding
from bot.engine.measure import weight


def agrees(understanding: Understanding) -> bool:
    """A yes, or the thing itself said as one: "pay it"."""
    return understanding.intent == "affirm" or "go" in understanding.extra


# What a yes goes on to ask for; "book it" is the offer itself.
_ASKS_FOR = frozenset({"requests", "wants_it", "same_again"})
_OF_IT = frozenset({"go", "gone", "sure_gone", "any_of_them", "nth"})
# So long a yes says more than yes.
LONG = 24
# So surely a word of thanks, and no yes.
THANKS = 0.75


def wants_more(text: str, understanding: Understanding) -> bool:
    """ "Yes please, and write to me when it is found": a yes to something else than what was offered."""
    extra = set(understanding.extra)
    asks = "beside" in extra and bool(_ASKS_FOR & extra) and not _OF_IT & extra
    return asks and (weight(text) >= LONG or "same_again" in extra)


def accepts(text: str, understanding: Understanding) -> bool:
    """ "Fine", "that one then": what is offered will do; "I see" and "thank you" take nothing, nor does a question or
    a yes to something else."""
    if {"ack", "question"} & set(understanding.extra) or wants_more(text, understanding):
        return False
    if understanding.intent == "thank" and understanding.share("manners") >= THANKS:
        return False
    return agrees(understanding) or bool({"assent", "fine"} & set(understanding.extra))
