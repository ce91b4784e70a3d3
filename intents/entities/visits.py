"""Two visits in one sentence, each with its comer and its hour: registered one after the other, nobody is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from bot.contract.understanding import Danger, Understanding, Value, When
from intents.entities.names import visitor_role
from intents.patterns import later

VISIT = "register_visitor"
LONGEST = 160
PAIR = 2
# So many places are tried.
MOST = 6
# Where one visit may end and the next begin.
_SIDES = later(
    r"[,，。.;；、\s]+(?=(还有)?(上午|中午|下午|晚上|傍晚|明天|后天|周|另一?[个位]|我))|[,，。;；、]+\s*(?=\S)"
    r"|[,;.]?\s+(?:and|then|plus)\s+(?=\S)",
    re.IGNORECASE,
)
_PART = later(r"上午|中午|下午|晚上|傍晚|早上")
_STOPS = " ,，。.;；、"


def two_visits(whole: Understanding, text: str, read: Callable[[str], Understanding]) -> Understanding | None:
    """The first visit with the second as its `rest`; None where there is but one."""
    if whole.intent != VISIT or whole.danger is not Danger.NONE or len(text) > LONGEST:
        return None
    # A part of the day is of the day named before: "Saturday morning my cousin, in the evening the classmates".
    if max(sum(entity.name == "when" for entity in whole.entities), len(_PART.findall(text))) < PAIR:
        return None
    for mark in islice(_SIDES.finditer(text), MOST):
        first, second = text[: mark.start()].strip(_STOPS), text[mark.end() :].strip(_STOPS)
        left = _visit(read(first), first)
        right = None if left is None else _visit(read(second), second) or _of_that_day(left, second, read)
        if left is not None and right is not None and _comer(left) != _comer(right):
            more = two_visits(right, second, _on_that_day(left, read))  # "... and in the evening the classmates"
            if more is not None and more.rest is not None:
                return replace(left, rest=replace(_dated(left, more), rest=_dated(left, more.rest)))
            return replace(left, rest=_dated(left, right))
    return None


def _dated(first: Understanding, second: Understanding) -> Understanding:
    """An hour alone in the second half is of the day named in the first."""
    day = next((e.value for e in reversed(first.entities) if e.name == "when"), None)
    if not isinstance(day, When):
        return second
    on = day.start.date() if isinstance(day.start, datetime) else day.start
    entities = tuple(replace(e, value=_on(on, e.value)) if e.name == "when" else e for e in second.entities)
    return replace(second, entities=entities)


def _on(day: date, value: Value | None) -> Value | None:
    if not isinstance(value, When) or not value.dayless:
        return value
    start = value.start
    at = datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day
    return replace(value, start=at, end=None, dayless=False)


def _of_that_day(first: Understanding, second: str, read: Callable[[str], Understanding]) -> Understanding | None:
    """A part of the day that begins the second half ("in the afternoon it is ...") is of the day named first."""
    day = next((entity.text for entity in first.entities if entity.name == "when"), "")
    return _visit(read(f"{day}{second}"), second) if _PART.match(second) else None


def _on_that_day(first: Understanding, read: Callable[[str], Understanding]) -> Callable[[str], Understanding]:
    """Parts of the day that stand alone are read as of the day named first."""
    day = next((entity.text for entity in first.entities if entity.name == "when"), "")
    return lambda said: read(f"{day}{said}" if _PART.match(said) else said)


def _visit(heard: Understanding, said: str) -> Understanding | None:
    """One visit by itself: who comes, and when."""
    role = visitor_role(said)
    named = heard.entity("visitor_name") is not None
    if heard.entity("when") is None or not (named or role) or heard.danger is not Danger.NONE:
        return None
    # "Two visitors" counts the visits, not who comes with whom.
    entities = tuple(entity for entity in heard.entities if entity.name != "people" or entity.value != PAIR)
    extra = heard.extra if role is None else {**heard.extra, "visitor": role}
    return replace(heard, intent=VISIT, confidence=1.0, entities=entities, extra=extra, said=said)


def _comer(heard: Understanding) -> str:
    named = heard.entity("visitor_name")
    return named.text if named is not None else heard.extra.get("visitor", "")
