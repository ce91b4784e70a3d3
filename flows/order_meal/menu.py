"""The canteen's menu: what is cooked on which day, until when it can be ordered, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from backend.services.board import Item
from bot.contract.flow import Turn
from bot.contract.text import Clock, Money, Summary, Text, t
from bot.contract.understanding import Value, When
from flows.questions import desk

# Orders are taken for so many days.
AHEAD = 7
Dish = Mapping[str, Any]
# By which a dish without meat is marked, and asked for.
VEGETARIAN = re.compile(r"\u7d20|\bveg(gie|an|etarian)?s?\b", re.IGNORECASE)


def meal_of(turn: Turn) -> Item | None:
    return next((item for item in desk.items(turn, "meal") if item.key == turn.values.get("meal")), None)


def wished(value: Value | None) -> date | None:
    """The day that is named; an hour or a part of the day alone names none."""
    if not isinstance(value, When) or value.dayless:
        return None
    return value.start.date() if isinstance(value.start, datetime) else value.start


def asked(turn: Turn) -> date | None:
    """The day that this message names, else the one that is known."""
    entity = turn.understanding.entity("when")
    return wished(entity.value if entity is not None else None) or wished(turn.values.get("when"))


def first_day(turn: Turn, meal: Item) -> date:
    """The next day on which this meal can still be ordered."""
    in_time = turn.now.time() < time(meal.data["until"])
    return turn.now.date() if in_time else turn.now.date() + timedelta(days=1)


def day(turn: Turn, meal: Item) -> date:
    """The wished day where it can still be ordered for it, else the next that can be."""
    first = first_day(turn, meal)
    return max(first, wished(turn.values.get("when")) or first)


def until(turn: Turn, meal: Item) -> datetime:
    return datetime.combine(day(turn, meal), time(meal.data["until"]), turn.now.tzinfo)


def dishes(turn: Turn, meal: Item) -> list[Dish]:
    return list(meal.data["days"][str(day(turn, meal).isoweekday())])


def named(turn: Turn, dish: Dish) -> str:
    return Item(dish["key"], dish).said("title", turn.conversation.language)


def price(dish: Dish) -> Decimal:
    return Decimal(dish["price"]) / 100


def shown(turn: Turn, meal: Item, at: date) -> Summary:
    rows = tuple(
        (t("{name}", name=named(turn, dish)), Money(price(dish))) for dish in meal.data["days"][str(at.isoweekday())]
    )
    return Summary(t("{meal}, {day}", meal=desk.said(turn, meal), day=at), rows)


def too_late(turn: Turn, meal: Item) -> Text | None:
    """Said once, where the day that was named is over for this meal."""
    wish, first = wished(turn.values.get("when")), first_day(turn, meal)
    if wish is None or wish >= first or "when" not in turn.values:
        return None
    closed = datetime.combine(wish, time(meal.data["until"]), turn.now.tzinfo)
    return t(
        "{meal} could be ordered until {until}; the next one is for {day}.",
        meal=desk.said(turn, meal),
        until=Clock(closed),
        day=first,
    )


def choices(turn: Turn, meal: Item) -> Text:
    """What there is of the day; without meat, where that is asked for."""
    cooked = dishes(turn, meal)
    green = [dish for dish in cooked if is_vegetarian(dish)] if VEGETARIAN.search(turn.message.text) else []
    first, *rest = [t("{dish}, {price}", dish=named(turn, dish), price=Money(price(dish))) for dish in green or cooked]
    listed = first
    for one in rest:
        listed = t("{first}; {rest}", context="votes", first=listed, rest=one)
    return t("{meal} for {day}: {dishes}.", meal=desk.said(turn, meal), day=day(turn, meal), dishes=listed)


def is_vegetarian(dish: Dish) -> bool:
    return any(VEGETARIAN.search(title) for title in dish["title"].values())
