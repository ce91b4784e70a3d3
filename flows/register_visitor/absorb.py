"""What one sentence about a visit tells beyond its entities: what to do with a pass, cars, whom a trade means."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.contract.flow import Turn
from bot.contract.understanding import Value

ACTS = frozenset({"list", "extend", "revoke", "change"})


def absorb(turn: Turn) -> Mapping[str, Value]:
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {}
    if _begins(turn) and extra.get("act") in ACTS and "on_file" in extra:
        found["_act"] = extra["act"]
    elif _begins(turn) and extra.get("act") == "extend":
        found["_act"] = "extend"
    if "longer" in extra and "extend" in (found.get("_act"), known.get("_act")):
        found["_hours"] = Decimal(extra["longer"])
    if "cars" in extra:
        found["_cars"] = int(extra["cars"])
    if "drives" in extra:
        found["_drives"] = "yes"
    if "on_foot" in extra:
        found["_drives"] = "no"
    named = "visitor_name" in known or "visitor_name" in turn.changed
    if not named and "_act" not in found and "visitor" in extra and not turn.message.choice:
        found["visitor_name"] = extra["visitor"]
    return found


def _begins(turn: Turn) -> bool:
    """The sentence that opened the flow, not an answer in it."""
    top = turn.conversation.top
    return top is not None and top.awaiting is None and not top.asked and "_act" not in turn.values
