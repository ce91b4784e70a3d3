"""Which dishes of a menu a message names, and how many of each; several in one order, added and taken out in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.contract.understanding import Value
from flows.order_meal.menu import VEGETARIAN, Dish, is_vegetarian

MOST = 10
# How dishes are counted and changed in words; NUMBER stands for the pattern of that name.
_SAID: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
_NUMBERS: dict[str, int] = _SAID["numbers"]


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_SAID[name].replace("NUMBER", _SAID["number"]), re.IGNORECASE)


_LABEL, _BEFORE, _AFTER = map(_pattern, ("label", "before", "after"))
_PORTIONS, _MAKE_IT, _NO = map(_pattern, ("portions", "make_it", "none"))
_ADDS, _DROPS, _SWAPS, _LESS = map(_pattern, ("adds", "drops", "swaps", "less"))
_OF_THEM, _SOME_OF = map(_pattern, ("of_them", "some_of"))
_COMMON, _GENERIC = frozenset(_SAID["common"].split()), frozenset(_SAID["generic"])
_CHANGES = "_also"


def tokens(dish: Dish) -> list[str]:
    """What a dish may be called for short, the longest first."""
    han = _LABEL.sub("", dish["title"].get("zh_Hans", ""))
    pieces = {han[i:j] for i in range(len(han)) for j in range(i + 2, len(han) + 1)}
    words = re.findall(r"[a-z]{3,}", _LABEL.sub("", dish["title"].get("en", "")).casefold())
    return sorted(pieces | set(words) - _COMMON | {dish["key"]}, key=len, reverse=True)


def _found(dish: Dish, others: Sequence[Dish], text: str) -> re.Match[str] | None:
    """Where it is named: by a word, or one character spoken of as a dish, that is no other dish's."""
    taken = {token for other in others for token in tokens(other)}
    for token in tokens(dish):
        pattern = rf"\b{re.escape(token)}(?:s|es)?\b" if token.isascii() else re.escape(token)
        match = re.search(pattern, text, re.IGNORECASE) if token not in taken else None
        if match is not None:
            return match
    names = "".join(_LABEL.sub("", other["title"].get("zh_Hans", "")) for other in others)
    own = [char for char in _LABEL.sub("", dish["title"].get("zh_Hans", "")) if char not in _GENERIC]
    for char in own:
        match = re.search(f"{char}{_SAID['alone']}", text) if char not in names else None
        if match is not None:
            return match
    meatless = is_vegetarian(dish) and not any(is_vegetarian(other) for other in others)
    return VEGETARIAN.search(text) if meatless else None


def told(text: str, dishes: Sequence[Dish]) -> dict[str, int | None]:
    """The dishes that are named, in the order of the words; with how many of each where that is said."""
    hits = []
    for dish in dishes:
        match = _found(dish, [other for other in dishes if other is not dish], text)
        if match is not None:
            hits.append((match.start(), match.end(), str(dish["key"])))
    found: dict[str, int | None] = {}
    for start, end, key in sorted(hits):
        start = _begins(text, start, next(dish for dish in dishes if dish["key"] == key))
        number = _BEFORE.search(text[:start]) or _AFTER.search(text[end - 1 :]) or _AFTER.search(text[end:])
        number = number or (_PORTIONS.search(text) if len(hits) == 1 else None)
        counted = next((word for word in number.groups() if word), None) if number is not None else None
        found[key] = 0 if _NO.search(text[:start]) else _count(counted) if counted is not None else None
    return found


def _begins(text: str, start: int, dish: Dish) -> int:
    """ "One fish congee": where the whole name begins, of which the last word was found."""
    words = re.findall(r"[a-z]+", dish["title"].get("en", "").casefold())
    while (before := re.search(r"([a-z]+)\W*$", text[:start], re.IGNORECASE)) and before[1].casefold() in words:
        start = before.start()
    return start


def portions(text: str) -> int | None:
    """ "One, to my mother's please": how many, where the dish is known already. "No coriander in one of them" tells of
    a part, and not how many."""
    part = _SOME_OF.search(text)
    found = _PORTIONS.search(text if part is None else text[: part.start()]) or _MAKE_IT.search(text)
    return _count(next(word for word in found.groups() if word)) if found is not None else None


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.casefold()]


def also(values: Mapping[str, Value]) -> dict[str, int]:
    """The dishes of an order besides the first, with their portions."""
    pairs = (part.partition(":") for part in str(values.get(_CHANGES, "")).split())
    return {key: int(number) for key, _, number in pairs if number.isdigit()}


def ordered(text: str, dishes: Sequence[Dish], values: Mapping[str, Value]) -> dict[str, Value]:
    """What this message makes of the order: its dishes, one more, one less, another one, other portions."""
    named = told(text, dishes)
    if not named:
        return _counted(text, values)
    before, first = also(values), str(values.get("dish", ""))
    if not first or first == "any":
        return _order(named, {})
    people, made = values.get("people"), _MAKE_IT.search(text)
    order: dict[str, int | None] = {first: people if isinstance(people, int) else None, **before}
    if made is not None and made.end() < len(text.rstrip()):
        order = {**order, first: _count(made[1])} | _more(named, order)
    elif _DROPS.search(text) and not _SWAPS.search(text):
        order = {key: number for key, number in order.items() if key not in named}
    elif 0 in named.values() or _ADDS.search(text) or set(named) <= set(order):
        order |= _more(named, order)
    else:
        order = {key: number or order[first] for key, number in named.items()}
    order = {key: number for key, number in order.items() if number != 0}
    return _order(order, values) if order else {}


def _counted(text: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """ "One more portion", "two will do after all", of an order of one dish."""
    number, people = portions(text), values.get("people")
    if isinstance(people, int) and number is not None and number < people and _OF_THEM.search(text):
        return {}  # "no coriander in one of them"
    if number is None or not isinstance(people, int) or also(values) or values.get("dish") in (None, "any"):
        return {}
    number = people + number if _ADDS.search(text) else max(0, people - number) if _LESS.search(text) else number
    return {"people": number} if number not in (0, people) else {}


def _more(named: Mapping[str, int | None], order: Mapping[str, int | None]) -> dict[str, int | None]:
    return {key: number if number is not None else order.get(key) or 1 for key, number in named.items()}


def _order(order: Mapping[str, int | None], values: Mapping[str, Value]) -> dict[str, Value]:
    """As the frame keeps it, and only what is new."""
    (first, number), *rest = order.items()
    number = number or (1 if rest else None)
    found: dict[str, Value] = {"dish": first}
    if number is not None:
        found["people"] = number
    others = " ".join(f"{key}:{n or 1}" for key, n in rest)
    if others or _CHANGES in values:
        found[_CHANGES] = others
    return {name: value for name, value in found.items() if values.get(name) != value}
