"""What cannot be is said at once, with what can: hours nobody works, amounts nobody takes, homes nobody has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from backend.services import housekeeping
from backend.services.housekeeping import SERVICES
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import t
from bot.contract.understanding import Place, Value, When
from flows.book_housekeeping.finding import why_not
from flows.book_housekeeping.plan import (
    DEFAULT,
    calendar_of,
    chosen,
    is_matched,
    moment,
    offers_of,
    planned,
    quantity_of,
    unit_for,
    unit_of,
)
from flows.questions.place import check_place, home_of
from flows.questions.when import bound, check_ahead

NOTES_LIMIT = 500


def check_service(turn: Turn, value: Value) -> Value:
    if str(value) not in SERVICES:
        raise Refused("no such service", t("That I do not know. Which of these is it?"))
    return value


def check_when(turn: Turn, value: Value) -> Value:
    """For a booking that is moved, the new time must be free; a new wish is looked at once all is known."""
    if is_matched(turn.values):
        return check_ahead(turn, value)
    value = _done_by(turn, value)
    if turn.case_no is None or not isinstance(value, When):
        return value
    values = {**turn.values, "when": value, "_at": ""}
    at = moment(turn, values)
    if at is None:
        raise Refused("no hour", t("At what time on {day}? Please choose one of these free times.", day=value.start))
    _must_be_free(turn, values, at)
    return value


def _done_by(turn: Turn, value: Value) -> Value:
    """ "It must be done before four": four is the end, and no hour to begin at."""
    if bound(turn) != "before" or not isinstance(value, When) or not isinstance(value.start, datetime):
        return value
    lasts = timedelta(hours=float(quantity_of(turn.values, "hour")))
    before = chosen(turn.values) or chosen({"_at": turn.values.get("_was", "")})
    if before is not None and before.date() == value.start.date() and before + lasts <= value.start:
        return When(before)  # what was found is done by then
    return When(value.start - lasts)


def _must_be_free(turn: Turn, values: Mapping[str, Value], at: datetime) -> None:
    if planned(turn, values) is not None:
        return
    raise Refused("not free", why_not(turn, calendar_of(turn, values), at))


def _number(value: Value) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal(0)
    return number if number.is_finite() else Decimal(0)


def _plain(number: Decimal) -> Value:
    return int(number) if number == int(number) else number


def check_hours(turn: Turn, value: Value) -> Value:
    number = DEFAULT["hour"] if value == "unsure" else _number(value)
    rest = {k: v for k, v in turn.values.items() if k not in ("_unit", "quantity")}
    offers = offers_of(turn, {**rest, "hours": 1})
    least, most = (offers[0].least, offers[0].most) if offers and offers[0].unit == "hour" else (1, 8)
    if not least <= number <= most:
        raise Refused(
            f"{number} hours",
            t("A visit can last from {least} to {most} hours. How many shall it be?", least=least, most=most),
        )
    if number % Decimal("0.5"):
        raise Refused(f"{number} hours", t("Whole or half hours, please. How many shall it be?"))
    if turn.case_no is not None:
        _still_free(turn, {**turn.values, "hours": _plain(number)})
    return _plain(number)


def _still_free(turn: Turn, values: Mapping[str, Value]) -> None:
    if "_at" in values and not is_matched(values) and planned(turn, values) is None:
        raise Refused("no longer free", t("For that long nobody is free at that time. How many shall it be?"))


def check_quantity(turn: Turn, value: Value) -> Value:
    number, before = _number(value), turn.values.get("quantity")
    if "adds_piece" in turn.understanding.extra and isinstance(before, int) and not turn.message.choice:
        number += before  # "and the bedroom one too"
    said = turn.understanding.entity("service")
    service = turn.values.get("service") or (said.value if said is not None else None)
    offers = offers_of(turn, {**turn.values, "quantity": 1, **({"service": service} if service else {})})
    least, most = (offers[0].least, offers[0].most) if offers else (1, 8)
    if not least <= number <= most or number != int(number):
        raise Refused(
            f"quantity {number}",
            t("I can book from {least} to {most} at a time. How many is it?", least=least, most=most),
        )
    if turn.case_no is not None:
        _still_free(turn, {**turn.values, "quantity": int(number)})
    return int(number)


def check_location(turn: Turn, value: Value) -> Value:
    """A home: a gate or a garden cannot be booked for."""
    checked = check_place(turn, _in_its_building(turn, value))
    home = home_of(turn)
    rooms = home is None or home.room is not None
    if isinstance(checked, Place) and home is not None and checked.room is None and checked.unit in (None, home.unit):
        checked = home if checked.building == home.building and checked.scope != "public" else checked
    if isinstance(checked, Place) and checked.building is not None and checked.room is None and rooms:
        raise Refused("no room", t("Which unit and room in building {building}?", building=checked.building))
    if isinstance(checked, Place) and checked.building is None and checked.room is None:
        if home is not None and checked.scope == "inside":
            return home
        raise Refused("no home", t("For which home is it? Please give building, unit and room, such as “3-2-501”."))
    return checked


def _in_its_building(turn: Turn, value: Value) -> Value:
    """ "Unit 2, room 301", after "she lives in building 5"."""
    said = turn.understanding.entity("location")
    building = turn.values.get("_building")
    bare = said is not None and isinstance(said.value, Place) and said.value.building is None
    if not bare or building is None or not isinstance(value, Place) or value.room is None:
        return value
    unit = said.value.unit if said is not None and isinstance(said.value, Place) else None
    text = "-".join(part for part in (str(building), unit, value.room) if part)
    return replace(value, text=text, building=str(building), unit=unit)


def check_notes(turn: Turn, value: Value) -> Value:
    """Door codes are taken out and never stored (practice 34)."""
    notes, _ = housekeeping.without_codes(str(value), turn.understanding.extra.get("secret"))
    if not any(char.isalnum() for char in notes):
        raise Refused(
            "a door code",
            t("I do not write down door codes; please let the helper in yourself. Is there anything else to know?"),
        )
    return notes[:NOTES_LIMIT]


def when_needed(turn: Turn) -> bool:
    """For a nanny the desk agrees the time; whoever has a wish says it with the others."""
    return "when" not in turn.values and not is_matched(turn.values)


def notes_needed(turn: Turn) -> bool:
    return "notes" not in turn.values and is_matched(turn.values)


def hours_needed(turn: Turn) -> bool:
    if is_matched(turn.values) or "hours" in turn.values:
        return False
    return unit_for(turn, turn.values) == "hour"


def quantity_needed(turn: Turn) -> bool:
    if is_matched(turn.values) or "quantity" in turn.values or unit_of(turn.values) == "hour":
        return False
    return unit_for(turn, turn.values) in ("piece", "m2")
