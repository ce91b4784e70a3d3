"""What one sentence about a visit tells beyond its entities: what to do with a pass, cars, whom a trade means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from bot.contract.flow import Turn
from bot.contract.understanding import Place, Value, When
from flows.register_visitor import staying

ACTS = frozenset({"list", "extend", "revoke", "change"})


# Who may live elsewhere in the estate, where somebody is to come to them.
_ELDERS = frozenset({"mother", "father", "grandmother", "grandfather"})


_CARES = re.compile(
    "\u62a4\u5de5|\u62a4\u7406|\u4fdd\u59c6|\u5eb7\u590d|\u62a4\u58eb|\u533b\u751f|\u94b9\u70b9\u5de5"
    r"|\b(?:carers?|caregivers?|nurses?|nanny|helpers?|cleaners?|doctors?|physios?|therapists?|ayi)\b",
    re.IGNORECASE,
)


def absorb(turn: Turn) -> Mapping[str, Value]:
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {}
    recent = turn.conversation.recent
    other = "whose" in extra and recent is not None and recent.flow == "register_visitor"
    if _begins(turn) and extra.get("act") in ACTS and ("on_file" in extra or other):
        found["_act"] = extra["act"]
    elif _begins(turn) and extra.get("act") == "extend" and not staying.both_told(turn):
        found["_act"] = "extend"
    if "longer" in extra and "extend" in (found.get("_act"), known.get("_act")):
        found["_hours"] = Decimal(extra["longer"])
    found |= _cars(turn) | _longer(turn) | _more(turn) | _same_time(turn) | _at_gate(turn)
    found |= staying.told(turn, longer="extend" in (found.get("_act"), known.get("_act")))
    named = "visitor_name" in known or "visitor_name" in turn.changed
    if not named and "_act" not in found and "visitor" in extra and not turn.message.choice:
        found["visitor_name"] = extra["visitor"]
    elif not named and "_act" not in found and "visitor_name" not in found and _moves(turn):
        found["visitor_name"] = "mover"
    elif not named and "_act" not in found and "nameless" in extra:
        found["visitor_name"] = "guest"
    if "visitor" in extra and not turn.message.choice:
        found["_relation"] = extra["visitor"]
    if "nameless" in extra:
        found["_nameless"] = "yes"
    if extra.get("visitor") in (found.get("visitor_name", ""), known.get("visitor_name", "")):
        found["_role"] = extra["visitor"]
    return found


def _moves(turn: Turn) -> bool:
    """ "We move on Saturday, and a lorry has to come in": who comes are the movers."""
    return "movers" in turn.understanding.extra and _begins(turn) and not turn.message.choice


def _same_time(turn: Turn) -> dict[str, Value]:
    """ "And her brother, same time": as it was told for the pass before."""
    before = turn.conversation.recent
    told = before.slots.get("when") if before is not None and "same_time" in turn.understanding.extra else None
    return {"when": told} if told is not None and not {"when"} & (set(turn.values) | turn.changed) else {}


def _at_gate(turn: Turn) -> dict[str, Value]:
    """ "He is at the gate and the guard won't let him in": he comes now."""
    told = {"when", "recurring", "_act"} & (set(turn.values) | turn.changed)
    here = "at_gate" in turn.understanding.extra and not told and not turn.message.choice
    return {"when": When(turn.now.replace(second=0, microsecond=0) + timedelta(minutes=1))} if here else {}


def _cars(turn: Turn) -> dict[str, Value]:
    """Whether they come by car, with how many, and that the plate is not known; another building that was named."""
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {}
    if "cars" in extra:
        found["_cars"] = int(extra["cars"])
    if "drives" in extra:
        found["_drives"] = "yes"
    said = turn.understanding.entity("location")
    if said is not None and isinstance(said.value, Place) and said.value.building is not None:
        found["_building"] = said.value.building
    if extra.get("kin") in _ELDERS and _CARES.search(turn.message.text):
        found["_for_kin"] = "yes"
    if "plate_open" in extra:
        found["_plate_open"] = "yes"
        found.setdefault("_cars", known.get("_cars", 1))
    if "on_foot" in extra:
        found["_drives"] = "no"
        if not _begins(turn):
            found["_on_foot"] = "yes"
    return found


def _longer(turn: Turn) -> dict[str, Value]:
    """A stay of several days; and what is told of a pass that repeats: its hours, its last day."""
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {"_days": int(extra["stay"])} if "stay" in extra and "recurring" not in known else {}
    rule = str(known.get("recurring", ""))
    if not rule or "recurring" in turn.changed:
        return found
    when = known.get("when") if "when" in turn.changed else None
    if isinstance(when, When) and isinstance(when.start, datetime):
        rule = _with(rule, TIME=f"{when.start:%H:%M}", END=f"{when.end:%H:%M}" if _has_end(when) else "", PART="")
    elif isinstance(when, When) and when.dayless and when.part is not None:
        rule = _with(rule, PART=when.part, TIME="", END="")
    if "until" in extra:
        rule = _with(rule, UNTIL=extra["until"])
    return found if rule == known["recurring"] else {**found, "recurring": rule}


def _has_end(when: When) -> bool:
    return isinstance(when.end, datetime)


def _with(rule: str, **fields: str) -> str:
    """The rule of a pass with other fields; an empty one is left out."""
    kept = dict(pair.split("=", 1) for pair in rule.split(";") if "=" in pair)
    return ";".join(f"{name}={value}" for name, value in (kept | fields).items() if value)


def _more(turn: Turn) -> dict[str, Value]:
    """ "His wife comes too": one more than was said."""
    known = turn.values
    if "car_less" in turn.understanding.extra and "plate" in known and "plate" not in turn.changed:
        return _fewer(turn, str(known["plate"]).split(", "))
    if "joins" not in turn.understanding.extra or "people" in turn.changed or "visitor_name" not in known:
        return {}
    people = known.get("people", 1)
    return {"people": people + 1} if isinstance(people, int) else {}


def _fewer(turn: Turn, plates: list[str]) -> dict[str, Value]:
    """ "The one from Shanghai stays away": the plates that are left, where it is said which one goes."""
    said = turn.message.text.upper().replace(" ", "")
    gone = [plate for plate in plates if plate in said or plate[:2] in said or plate[-3:] in said]
    left = [plate for plate in plates if plate not in gone]
    return {"plate": ", ".join(left), "_cars": len(left)} if gone and left else {}


def _begins(turn: Turn) -> bool:
    """The sentence that opened the flow, not an answer in it."""
    top = turn.conversation.top
    return top is not None and top.awaiting is None and not top.asked and "_act" not in turn.values
