"""Lunch or dinner from the canteen: the menu of the day as it stands, read back with its price."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from backend.services import cases
from backend.services.board import Item
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Money, Option, Param, Summary, Text, t
from bot.contract.understanding import Value, When
from flows.questions import desk

NAME = "order_meal"
MOST = 10
LUNCH, DINNER = "lunch", "dinner"


def _day(turn: Turn, meal: Item) -> date:
    """The next day on which this meal can still be ordered."""
    in_time = turn.now.time() < time(meal.data["until"])
    return turn.now.date() if in_time else turn.now.date() + timedelta(days=1)


def _until(turn: Turn, meal: Item) -> datetime:
    return datetime.combine(_day(turn, meal), time(meal.data["until"]), turn.now.tzinfo)


def _meal(turn: Turn) -> Item | None:
    return next((item for item in desk.items(turn, "meal") if item.key == turn.values.get("meal")), None)


def _dishes(turn: Turn, meal: Item) -> list[Mapping[str, Any]]:
    return list(meal.data["days"][str(_day(turn, meal).isoweekday())])


def _dish(turn: Turn) -> Mapping[str, Any] | None:
    meal = _meal(turn)
    return next((d for d in _dishes(turn, meal) if d["key"] == turn.values.get("dish")), None) if meal else None


def _named(turn: Turn, dish: Mapping[str, Any]) -> str:
    return Item(dish["key"], dish).said("title", turn.conversation.language)


def _price(dish: Mapping[str, Any]) -> Decimal:
    return Decimal(dish["price"]) / 100


def absorb(turn: Turn) -> Mapping[str, Value]:
    extra, known = turn.understanding.extra, turn.values
    found: dict[str, Value] = {}
    if "meal" in extra and "meal" not in known:
        found["meal"] = extra["meal"]
    if "delivery" in extra and "delivery" not in known:
        found["delivery"] = extra["delivery"]
    if "diet" in extra and "notes" not in known and not turn.message.choice:
        found["notes"] = turn.message.text.strip()
    meal = next((m for m in desk.items(turn, "meal") if m.key == (known.get("meal") or found.get("meal"))), None)
    if meal is not None and "dish" not in known:
        said = turn.message.text
        named = [d for d in _dishes(turn, meal) if any(len(w) > 1 and w in said for w in _words(d))]
        if len(named) == 1:
            found["dish"] = named[0]["key"]
    return found


def _words(dish: Mapping[str, Any]) -> list[str]:
    """What a dish is called for short."""
    chinese, english = dish["title"]["zh_Hans"], dish["title"]["en"].split()
    return [chinese[:2], chinese[:4], " ".join(english[:2]), dish["key"]]


def _day_asked(turn: Turn) -> date | None:
    """The day whose menu is wanted, where one is named."""
    entity = turn.understanding.entity("when")
    when = entity.value if entity is not None else None
    if not isinstance(when, When):
        return None
    return when.start.date() if isinstance(when.start, datetime) else when.start


def menu(turn: Turn) -> Outcome:
    """What is cooked is told before anything is asked; ordering is only offered, for the day that is open for it."""
    if "menu" not in turn.understanding.extra or {"dish", "_menu"} & set(turn.values):
        return Outcome()
    chosen, asked = _meal(turn), _day_asked(turn)
    meals = desk.items(turn, "meal") if chosen is None else [chosen]
    say = tuple(_shown(turn, meal, asked or _day(turn, meal)) for meal in meals)
    if not all(asked in (None, _day(turn, meal)) for meal in meals):
        return Outcome(say=say, done=True, goto="end")
    slot, ask = ("meal", ask_meal(turn)) if chosen is None else ("dish", ask_dish(turn))
    offer = Ask(t("Shall I order something for you?"), ask.options)
    return Outcome(say=say, ask=offer, awaiting=slot, set={"_menu": "told"}, answered=True, lingers=True)


def _shown(turn: Turn, meal: Item, day: date) -> Summary:
    dishes = meal.data["days"][str(day.isoweekday())]
    rows = tuple((t("{name}", name=_named(turn, dish)), Money(_price(dish))) for dish in dishes)
    return Summary(t("{meal}, {day}", meal=desk.said(turn, meal), day=day), rows)


def ask_meal(turn: Turn) -> Ask:
    options = tuple(
        Option(t("{meal}, {day}", meal=desk.said(turn, m), day=_day(turn, m)), f"meal={m.key}")
        for m in desk.items(turn, "meal")
    )
    return Ask(t("Which meal?"), options)


def ask_dish(turn: Turn) -> Ask:
    meal = _meal(turn)
    if meal is None:
        return Ask(t("Which dish?"), (Option(t("Any"), "dish=any"),))
    options = tuple(
        Option(t("{dish}, {price}", dish=_named(turn, d), price=Money(_price(d))), f"dish={d['key']}")
        for d in _dishes(turn, meal)
    )
    if "_menu" in turn.values and "ordering" in turn.understanding.extra and not turn.message.choice:
        text = t(
            "That is not on the menu, I am sorry. {meal} for {day}: which of these?",
            meal=desk.said(turn, meal),
            day=_day(turn, meal),
        )
        return Ask(text, options)
    return Ask(t("{meal} for {day}. Which dish?", meal=desk.said(turn, meal), day=_day(turn, meal)), options)


def ask_people(turn: Turn) -> Ask:
    return Ask(t("How many portions?"))


def check_people(turn: Turn, value: Value) -> Value:
    if not isinstance(value, int) or not 1 <= value <= MOST:
        raise Refused("too many", t("I can take 1 to {most} portions. How many?", most=MOST))
    return value


def ask_delivery(turn: Turn) -> Ask:
    home = Option(t("Bring it to my home"), "delivery=home")
    return Ask(t("Shall it be brought to you?"), (home, Option(t("I eat there or fetch it"), "delivery=fetch")))


def ask_notes(turn: Turn) -> Ask:
    return Ask(t("Anything to mind, for example less salt?"))


def summary(turn: Turn) -> Summary:
    meal, dish, people = _meal(turn), _dish(turn), turn.values.get("people", 1)
    rows: list[tuple[Text, Param]] = []
    if meal is not None and dish is not None and isinstance(people, int):
        rows = [
            (t("Meal"), t("{meal}, {day}", meal=desk.said(turn, meal), day=_day(turn, meal))),
            (t("Dish"), _named(turn, dish)),
            (t("Portions"), people),
            (t("Together"), Money(_price(dish) * people)),
            (t("Served"), desk.said(turn, meal, "serves")),
        ]
    home = turn.values.get("delivery") == "home"
    rows.append((t("Delivery"), t("to your home") if home else t("at the canteen")))
    if "notes" in turn.values:
        rows.append((t("To mind"), turn.values["notes"]))
    return Summary(t("Meal"), tuple(rows))


def known(turn: Turn) -> Outcome:
    """The dish must stand on the menu of that day."""
    return Outcome() if _dish(turn) is not None else Outcome(ask=ask_dish(turn), awaiting="dish")


def file(turn: Turn) -> Outcome:
    meal, dish = _meal(turn), _dish(turn)
    if meal is None or dish is None:
        return Outcome(goto="what")
    until = _until(turn, meal)
    details = f"{_named(turn, dish)} × {turn.values.get('people', 1)}"
    filed = desk.file(turn, desk.case_of(turn, "booking", "meal", details, due=until, state="booked"))
    say = (
        t("Ordered. {told}", told=desk.number_told(filed.number)),
        t("You can cancel free of charge until {until}. You pay when it is served.", until=Clock(until)),
    )
    return Outcome(say=say, case_no=filed.number, set={"_until": until.isoformat()}, done=True)


def _in_time(turn: Turn) -> None:
    until = datetime.fromisoformat(str(turn.values["_until"]))
    if turn.now >= until:
        raise Refused(
            "too late",
            t(
                "The kitchen has begun; it was possible until {until}. Say “a person” to ask.",
                until=Clock(until),
            ),
        )


def amend(turn: Turn) -> Outcome:
    _in_time(turn)
    dish = _dish(turn)
    number = turn.case_no or ""
    details = f"{_named(turn, dish) if dish else ''} × {turn.values.get('people', 1)}"
    cases.amend(turn.db, turn.conversation.community.id, number, {"details": details}, turn.now)
    return Outcome(say=(t("Changed. {number} now says so.", number=number),))


def withdraw(turn: Turn) -> Outcome:
    _in_time(turn)
    return Outcome(say=(t("{done} You pay nothing.", done=desk.withdrawn(turn)),))


def answer(turn: Turn) -> Text | None:
    meals = {m.key: m for m in desk.items(turn, "meal")}
    topic = turn.understanding.extra.get("topic", "")
    if not {LUNCH, DINNER} <= set(meals):
        return None
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
        Slot("dish", SlotKind.CHOICE, t("Dish"), ask_dish),
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
    answer=answer,
    amend=amend,
    withdraw=withdraw,
    cues=("menu",),
    heeds=("diet",),
    rank=7,
)
