"""When somebody shall come: to a home at the wished time; to what all share as soon as can be, unless it is wished."""

from __future__ import annotations

from bot.contract.flow import Turn
from bot.contract.understanding import Place, Value, When
from flows.report_repair.kinds import PUBLIC

WISHED = "_visit"
# What makes a wish of a time that is told of a lamp in the stairwell.
_WISHES = frozenset(
    {"could_come", "comes", "anytime", "move", "same_time", "rather", "mere", "bound"} | {"requests", "wants_it"}
)


def scope_of(turn: Turn) -> str:
    """inside, public or unsure; who pays is decided by staff after looking, so nothing is promised here."""
    place = turn.values.get("location")
    said = turn.values.get("_scope")
    if said in ("inside", "public"):
        return str(said)
    if turn.values.get("category") in PUBLIC:
        return "public"
    if isinstance(place, Place):
        return place.scope or ("inside" if place.room else "unsure")
    return "unsure"


def wished(turn: Turn) -> dict[str, Value]:
    """Whether these words wish for a time: "children come by at four" tells one and wishes for none."""
    heard = set(turn.understanding.extra)
    told = {"hazard", "bygone"} & heard
    return {WISHED: "yes"} if "when" in turn.changed and _WISHES & heard and not told else {}


def visit(turn: Turn) -> When | None:
    when = turn.values.get("when")
    if not isinstance(when, When) or (scope_of(turn) == "public" and WISHED not in turn.values):
        return None
    return when
