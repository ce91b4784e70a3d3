"""Whether they say that they were taken wrongly, and what they say they meant: read by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.contract.understanding import Understanding
from intents.clauses import LONGEST, SAID
from intents.normalise import simplify
from intents.patterns import later

_LEAD, _BARE = (later(SAID[name], re.IGNORECASE) for name in ("mistook_lead", "mistook"))
# Less names no matter.
LEAST_WORDS, LEAST_HAN = 3, 4
_STOPS = " ,，。.;；!！、:：-\n"


def mistaken(whole: Understanding, text: str, read: Callable[[str], Understanding]) -> Understanding:
    """The same, with `meant` where another matter is named behind "no, I meant"."""
    if len(text) > LONGEST:
        return whole
    plain = simplify(text).strip()
    bare, lead = _BARE.match(plain), _LEAD.match(plain)
    rest = plain[lead.end() :].strip(_STOPS) if lead is not None else ""
    rest = plain[bare.end() :].strip(_STOPS) if bare is not None else rest
    enough = len(rest.split()) >= LEAST_WORDS if rest.isascii() else len(rest) >= LEAST_HAN
    if bare is not None and not rest:
        return replace(whole, extra={**whole.extra, "mistook": "yes"})
    if not enough or (bare is None and lead is None):
        return whole
    meant = replace(read(rest), said=rest)
    return replace(whole, meant=meant, extra={**whole.extra, "mistook": "yes"})
