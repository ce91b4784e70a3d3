"""Whether words take something back, or only put something else in its place."""

from __future__ import annotations

import re
from datetime import date, datetime

from bot.contract.understanding import Understanding, Value, When
from bot.engine.decision import CALLS_OFF, SURE, Decision


def taken_back(understanding: Understanding) -> bool:
    """Called off; at half a guess "move it to Monday" asks for another time and takes nothing back."""
    asks = {"asks_back", "news_of"} & set(understanding.extra) and understanding.confidence < SURE
    unsure = bool(asks) or ("move" in understanding.extra and understanding.confidence < CALLS_OFF)
    # "Nobody is using it now" takes nothing back: it says nothing of the kind.
    told = "beside" in understanding.extra and not _SAYS_SO & set(understanding.extra)
    unsure = unsure or (told and understanding.confidence < SURE)
    return understanding.intent == "cancel" and not unsure and not moved_instead(understanding)


def moved_to(understanding: Understanding, before: Value | None) -> bool:
    """ "Never mind, Sunday I am away, Monday": a day that is not the one before, and nothing that says it is off."""
    said = understanding.entity("when")
    extra = set(understanding.extra)
    if said is None or not isinstance(said.value, When) or not isinstance(before, When) or said.value.dayless:
        return False
    off = {"takes_back", "drop", "off"} & extra or understanding.extra.get("act") == "revoke"
    return not off and _day(said.value) != _day(before) and understanding.intent == "cancel"


def _day(when: When) -> date:
    return when.start.date() if isinstance(when.start, datetime) else when.start


# What calls something off in so many words.
_SAYS_SO = frozenset({"off", "takes_back", "drop", "retract", "mended", "found", "no_call", "thing", "booked", "act"})


# What is said to be off, of which something else is wished.
_OFF = re.compile("cancel|withdraw|\u53d6\u6d88|\u64a4")


def moved_instead(understanding: Understanding) -> bool:
    """ "Not cancel, move it to Monday"; "never mind, Sunday I am away, Monday": another time, and nothing is off."""
    if "yields" in understanding.extra:
        return True  # "oh well, just report it"
    if _OFF.search(understanding.extra.get("instead_of", "")):
        return True
    timed = understanding.entity("when") is not None and "off" in understanding.extra
    return timed and understanding.extra.get("act") != "revoke" and "takes_back" not in understanding.extra


def withdrawing(heard: Understanding) -> Decision | None:
    """A yes or no to a withdrawal in its own words; "good, thank you" takes nothing back."""
    if {"takes_back", "found", "keeps", "drop", "mended"} & set(heard.extra):
        return Decision("no" if "keeps" in heard.extra else "yes")
    return Decision("no") if heard.intent == "thank" else None
