"""Lunch or dinner from the canteen: the menu of the day as it stands, read back with its price."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from backend.services import cases
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Money, Option, Param, Summary, Text, t
from bot.contract.understanding import Value, When
from flows.order_meal.lines import MOST, also, ordered
from flows.order_meal.menu import (
    AHEAD,
    Dish,
    asked,
    choices,
    day,
    dishes,
    first_day,
    meal_of,
    named,
    price,
    shown,
    too_late,
    until,
    wished,
)
from flows.order_meal.reading import absorb, takes
from flows.questions import desk
from flows.questions.place import home_of

NAME = "order_meal"
LUNCH, DINNER = "lunch", "dinner"
# A figure from here on is a room's.
ROOM = 100


def _dish(turn: Turn) -> Dish | None:
    meal = meal_of(turn)
    return next((d for d in dishes(turn, meal) if d["key"] == turn.values.get("dish")), None) if meal else None


def _lines(turn: Turn) -> list[tuple[Dish, int]]:
    """Everything that is ordered, with its portions."""
    meal, first, people = meal_of(turn), _dish(turn), turn.values.get("people", 1)
    if meal is None or first is None or not isinstance(people, int):
        return []
    cooked = {str(dish["key"]): dish for dish in dishes(turn, meal)}
    return [(first, people), *((cooked[key], n) for key, n in also(turn.values).items() if key in cooked)]


def renamed(turn: Turn) -> Mapping[str, Value]:
    """ "Rather the duck": another dish of the menu, one more or one less, said instead of a yes."""
    meal = meal_of(turn)
    return ordered(turn.message.text, dishes(turn, meal), turn.values) if meal is not None else {}


def menu(turn: Turn) -> Outcome:
    """What is cooked is told before anything is asked; ordering is offered where that day can still be ordered."""
    if "menu" not in turn.understanding.extra or {"dish", "_menu"} & set(turn.values):
        return Outcome()
    chosen, wish = meal_of(turn), asked(turn)
    meals = desk.items(turn, "meal") if chosen is None else [chosen]
    say = tuple(shown(turn, meal, wish or day(turn, meal)) for meal in meals)
    if not all(wish is None or wish >= first_day(turn, meal) for meal in meals):
        return Outcome(say=say, done=True, goto="end")
    slot, ask = ("meal", ask_meal(turn)) if chosen is None else ("dish", ask_dish(turn))
    offer = Ask(t("Shall I order something for you?"), ask.options)
    return Outcome(say=say, ask=offer, awaiting=slot, set={"_menu": "told"}, answered=True, lingers=True)


def ask_meal(turn: Turn) -> Ask:
    options = tuple(
        Option(t("{meal}, {day}", meal=desk.said(turn, m), day=day(turn, m)), f"meal={m.key}")
        for m in desk.items(turn, "meal")
    )
    return Ask(t("Which meal?"), options)


def ask_dish(turn: Turn) -> Ask:
    meal = meal_of(turn)
    if meal is None:
        return Ask(t("Which dish?"), (Option(t("Any"), "dish=any"),))
    options = tuple(
        Option(t("{dish}, {price}", dish=named(turn, d), price=Money(price(d))), f"dish={d['key']}")
        for d in dishes(turn, meal)
    )
    if "_menu" in turn.values and "ordering" in turn.understanding.extra and not takes(turn):
        text = t(
            "That is not on the menu, I am sorry. {meal} for {day}: which of these?",
            meal=desk.said(turn, meal),
            day=day(turn, meal),
        )
        return Ask(text, options)
    return Ask(t("{meal} for {day}. Which dish?", meal=desk.said(turn, meal), day=day(turn, meal)), options)


def ask_people(turn: Turn) -> Ask:
    return Ask(t("How many portions?"), entry=t("Key the number, then the hash key."))


def ask_day(turn: Turn) -> Ask:
    return Ask(t("For which day?"))


def check_day(turn: Turn, value: Value) -> Value:
    wish = wished(value)
    if "again_then" in turn.understanding.extra and "dish" in turn.values:
        return turn.values.get("when") or When(turn.now.date())  # the first order stands, the other day is noted
    if isinstance(value, When) and value.has_clock and wish is not None:
        value = When(wish)  # a meal has its own hour
    if wish is not None and not turn.now.date() <= wish < turn.now.date() + timedelta(days=AHEAD):
        raise Refused("too far", t("I take orders for today and the next six days. For which day shall it be?"))
    return value


def check_people(turn: Turn, value: Value) -> Value:
    if isinstance(value, int) and value >= ROOM and "people" in turn.values:
        return turn.values["people"]  # "around twelve, 501": where it goes
    if not isinstance(value, int) or not 1 <= value <= MOST:
        raise Refused("too many", t("I can take 1 to {most} portions. How many?", most=MOST))
    return value


def ask_delivery(turn: Turn) -> Ask:
    home = Option(t("Bring it to my home", spoken="bringing it home"), "delivery=home")
    return Ask(
        t("Shall it be brought to you?"),
        (home, Option(t("I eat there or fetch it", spoken="eating there or fetching it"), "delivery=fetch")),
    )


def ask_notes(turn: Turn) -> Ask:
    return Ask(t("Anything to mind, for example less salt?"))


def summary(turn: Turn) -> Summary:
    meal, lines = meal_of(turn), _lines(turn)
    rows: list[tuple[Text, Param]] = []
    if meal is not None and lines:
        rows = [(t("Meal"), t("{meal}, {day}", meal=desk.said(turn, meal), day=day(turn, meal)))]
        rows += [row for dish, n in lines for row in ((t("Dish"), named(turn, dish)), (t("Portions"), n))]
        total = sum((price(dish) * n for dish, n in lines), Decimal(0))
        rows += [(t("Together"), Money(total)), (t("Served"), desk.said(turn, meal, "serves"))]
    rows.append((t("Delivery"), _whither(turn)))
    if "notes" in turn.values:
        rows.append((t("To mind"), turn.values["notes"]))
    # When it is served and where can be asked for, where there is much to hear.
    first = tuple(range(len(lines) * 2 + 2)) if meal is not None and lines else ()
    return Summary(t("Meal"), tuple(rows), first)


def _whither(turn: Turn) -> Text:
    """The place by its name: who orders for somebody else sees where it goes."""
    if turn.values.get("delivery") != "home":
        return t("at the canteen")
    home = turn.values.get("_place") or home_of(turn)
    return t("to {place}", place=home) if home is not None else t("to your home")


def known(turn: Turn) -> Outcome:
    """The dish must stand on the menu of that day, and that day must still be open for orders."""
    meal = meal_of(turn)
    late = too_late(turn, meal) if meal is not None else None
    dish = _dish(turn)
    if dish is not None and meal is not None:
        say = [late] if late is not None and "_late" not in turn.values else []
        if turn.values.get("_first") == "yes":
            say.append(t("I put down {dish}; say so if you would rather have the other.", dish=named(turn, dish)))
        if turn.values.get("_hour") == "yes":
            serves = desk.said(turn, meal, "serves")
            say.append(
                t(
                    "{meal} is served {serves}; I note your time for the kitchen.",
                    meal=desk.said(turn, meal),
                    serves=serves,
                )
            )
        return Outcome(say=tuple(say), set={"_late": "told", "_first": "told", "_hour": "told"})
    return Outcome(ask=ask_dish(turn), awaiting="dish")


def _details(turn: Turn) -> str:
    dishes = ", ".join(f"{named(turn, dish)} × {n}" for dish, n in _lines(turn))
    return f"{dishes}; {turn.values['notes']}" if "notes" in turn.values else dishes


def file(turn: Turn) -> Outcome:
    meal, dish = meal_of(turn), _dish(turn)
    if meal is None or dish is None:
        return Outcome(goto="what")
    last = until(turn, meal)
    where = str(turn.values["_place"]) if "_place" in turn.values else None
    new = desk.case_of(turn, "booking", "meal", _details(turn), location=where, due=last, state="booked")
    filed = desk.file(turn, new)
    say = (
        t("Ordered. {told}", told=desk.number_told(filed.number)),
        t("You can cancel free of charge until {until}. You pay when it is served.", until=Clock(last)),
    )
    return Outcome(say=say, case_no=filed.number, set={"_until": last.isoformat()}, done=True)


def _in_time(turn: Turn) -> None:
    last = datetime.fromisoformat(str(turn.values["_until"]))
    if turn.now >= last:
        raise Refused(
            "too late",
            t(
                "The kitchen has begun; it was possible until {until}. Say “a person” to ask.",
                until=Clock(last),
            ),
        )


def amend(turn: Turn) -> Outcome:
    _in_time(turn)
    meal, number = meal_of(turn), turn.case_no or ""
    changes: dict[str, object] = {"details": _details(turn)}
    if meal is not None:
        changes["due_at"] = until(turn, meal)
    cases.amend(turn.db, turn.conversation.community.id, number, changes, turn.now)
    return Outcome(say=(t("Changed. {number} now says so.", number=number),))


def withdraw(turn: Turn) -> Outcome:
    _in_time(turn)
    return Outcome(say=(t("{done} You pay nothing.", done=desk.withdrawn(turn)),))


def answer(turn: Turn) -> Text | None:
    meals = {m.key: m for m in desk.items(turn, "meal")}
    topic = turn.understanding.extra.get("topic", "")
    if not {LUNCH, DINNER} <= set(meals):
        return None
    meal = meal_of(turn)
    if topic == "choice" and meal is not None:
        return choices(turn, meal)
    topic = "hours" if topic == "arrival" else topic
    facts = {
        "hours": t(
            "Lunch {lunch}, dinner {dinner}.",
            lunch=desk.said(turn, meals[LUNCH], "serves"),
            dinner=desk.said(turn, meals[DINNER], "serves"),
        ),
        "cancel": t(
            "Lunch can be cancelled until {lunch} h, dinner until {dinner} h, free of charge.",
            lunch=meals[LUNCH].data["until"],
            dinner=meals[DINNER].data["until"],
        ),
        "paid_how": t("You pay when it is served, not before; it does not go on your bills."),
        "price": t("Each dish has its price on the menu; bringing it costs nothing more."),
    }
    return desk.FIXED if topic == "bargain" else facts.get(topic)


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Order a meal", spoken="a meal"),
    intents=(NAME,),
    slots=(
        Slot("meal", SlotKind.CHOICE, t("Meal"), ask_meal, cue="meal"),
        Slot("when", SlotKind.WHEN, t("Day"), ask_day, check_day, required=False),
        Slot("dish", SlotKind.CHOICE, t("Dish"), ask_dish, free=True),
        Slot("people", SlotKind.NUMBER, t("Portions"), ask_people, check_people),
        Slot("delivery", SlotKind.CHOICE, t("Delivery"), ask_delivery, cue="delivery"),
        Slot("notes", SlotKind.TEXT, t("To mind"), ask_notes, required=False),
    ),
    steps=(
        Do("menu", menu),
        Fill("what", ("meal", "dish")),
        Do("known", known),
        Fill("how", ("people", "delivery")),
        ReadBack("read_back", summary, t("Shall I order it?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    renamed=renamed,
    answer=answer,
    amend=amend,
    withdraw=withdraw,
    cues=("menu",),
    heeds=("diet",),
    rank=7,
)
