"""What words tell of an order beside its dishes: what to mind, whither, how many, an hour, and that any will do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.contract.flow import Turn
from bot.contract.understanding import Place, Value, When
from flows.order_meal.lines import ordered, portions, told
from flows.order_meal.menu import dishes, meal_of
from flows.questions import desk

# So often a dish is asked for before the first is put down.
PATIENCE = 2


def absorb(turn: Turn) -> Mapping[str, Value]:
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {n: extra[n] for n in ("meal", "delivery") if n in extra and n not in known}
    place = turn.understanding.entity("location")
    if place is not None and isinstance(place.value, Place) and place.value.room is not None:
        found["_place"] = place.value.text
    if "diet" in extra and "notes" not in turn.changed and not turn.message.choice:
        found["notes"] = _noted(turn.message.text.strip(), str(known.get("notes", "")))
    found |= _hour(turn, {**known, **found}) if "notes" not in turn.changed else {}
    counted = portions(turn.message.text) if "people" not in known and not turn.message.choice else None
    if counted is not None and "people" not in turn.changed:
        found["people"] = counted
    meal = next((m for m in desk.items(turn, "meal") if m.key == (known.get("meal") or found.get("meal"))), None)
    if meal is None or turn.message.choice:
        return found
    if "dish" in turn.changed:
        number = told(turn.message.text, dishes(turn, meal)).get(str(known.get("dish")))
        return {**found, "people": number} if number and not {"people"} & (set(found) | turn.changed) else found
    order = ordered(turn.message.text, dishes(turn, meal), known)
    before, now = known.get("people"), order.get("people")
    if "diet" in extra and "dish" not in order and isinstance(before, int) and isinstance(now, int) and now < before:
        order = {}  # "no coriander in one of them": of two, and not one less
    found |= _left_open(replace(turn, values={**known, **found}), order)
    if turn.case_no is not None and "when" in turn.changed and "dish" not in order:
        cooked = {str(dish["key"]) for dish in dishes(turn, meal)}
        # What is not cooked on the other day is asked for anew.
        found |= {} if str(known.get("dish", "")) in cooked else {"dish": "", "_also": ""}
    # What the words count for each dish goes before a number that was heard in them.
    return {**found, **{name: value for name, value in order.items() if name not in turn.changed or name == "people"}}


def takes(turn: Turn) -> bool:
    """Whether something of the order is told, and not only a dish that nobody cooks."""
    told_ = {"diet", "delivery", "meal", "for_them", "again_then", "falls_back"} & set(turn.understanding.extra)
    timed = turn.understanding.entity("when") is not None or portions(turn.message.text) is not None
    return bool(told_) or timed or bool(turn.message.choice)


def _left_open(turn: Turn, found: Mapping[str, Value]) -> dict[str, Value]:
    """Who was asked twice which dish, and tells all else of the order, gets the first: it is told and read back."""
    top, meal = turn.conversation.top, meal_of(turn)
    asked_ = top is not None and top.awaiting == "dish" and not {"dish"} & (set(found) | turn.changed)
    if not asked_ or meal is None or turn.message.choice or not (takes(turn) or turn.understanding.intent == "affirm"):
        return {}
    if _names_something(turn):
        return {"_open": -PATIENCE}  # some dish is meant that we do not know by that name: no other is put in its place
    times = int(str(turn.values.get("_open", 0))) + 1
    first = next(iter(dishes(turn, meal)), None)
    return {"_open": times} if times < PATIENCE or first is None else {"dish": str(first["key"]), "_first": "yes"}


# What stands around a number of portions and names no dish.
_AROUND = re.compile(
    "[\u6765\u8981\u8ba2\u70b9\u7ed9\u5979\u4ed6\u6211\u5148\u5427\u5c31\u4e2a\u4efd\u591f\u4e86\u7684]"
    "|[\u6bcf\u4eba\u5b9a\u4e00\u4e24\u4e8c\u4e09\u56db\u53ea\u597d]"
    r"|\b(?:one|two|three|four|portions?|please|just|for|of|each|an?|make|it|that|will|do|is|enough|thanks|order)\b"
    r"|\b(?:her|him|me|us)\b|\d|\W"
)


_POINTS = re.compile(r"\b(?:those|these|that one|this one|the (?:first|second|other) one)\b|[\u90a3\u8fd9]\u4e2a")


def _names_something(turn: Turn) -> bool:
    """ "Two noodles": portions of something, in words that are none of the menu's."""
    extra, said = set(turn.understanding.extra), turn.message.text.casefold()
    if _POINTS.search(said):
        return True  # "two of those": of what was just spoken of, which we cannot tell
    if {"diet", "delivery", "for_them", "again_then"} & extra or portions(said) is None:
        return False
    return len(_AROUND.sub("", said)) > 1


def _hour(turn: Turn, known: Mapping[str, Value]) -> dict[str, Value]:
    """ "Before half past eleven", "the same tomorrow": for the kitchen, whose meals have their own hour and day."""
    said = turn.understanding.entity("when")
    clock = said is not None and isinstance(said.value, When) and said.value.has_clock
    clock = clock and "till" not in turn.understanding.extra  # "I am at the office till six"
    if turn.message.choice or not (clock or "again_then" in turn.understanding.extra):
        return {}
    return {
        "notes": _noted(turn.message.text.strip(), str(known.get("notes", ""))),
        **({"_hour": "yes"} if clock else {}),
    }


def _noted(said: str, before: str) -> str:
    return before if said in before else f"{before}; {said}".strip("; ")
