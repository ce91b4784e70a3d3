"""The garages as the barriers count them, and where the cars of the speaker's own home stand."""

from __future__ import annotations

from datetime import date, datetime

from backend.db import Record
from backend.services import belongings
from bot.contract.flow import Turn
from bot.contract.text import Clock, Sayable, Summary, Text, t
from bot.contract.understanding import When
from flows.questions import aspects, desk


def cars(turn: Turn) -> list[Record]:
    resident = turn.conversation.resident
    if resident is None or resident.home is None or not resident.verified:
        return []
    return belongings.of_home(turn.db, turn.conversation.community.id, resident.home.id, "car")


def free(turn: Turn) -> tuple[Sayable, ...]:
    garages = desk.items(turn, "parking")
    rows = tuple(
        (
            desk.named(turn, g),
            t("{free} of {spaces} free", spoken="{free} free", free=g.data["free"], spaces=g.data["spaces"]),
        )
        for g in garages
    )
    if not rows:
        return (t("I do not know the free spaces here."),)
    counted = max(datetime.fromisoformat(g.data["counted"]) for g in garages)
    note = t("As the barriers counted at {time}; it may have changed since.", time=Clock(counted))
    return (Summary(t("Free spaces"), rows), note)


def left(turn: Turn) -> Text | None:
    """How many spaces each garage has left, in one sentence."""
    told = [
        t("{place}: {free} free.", place=desk.named(turn, g), free=g.data["free"]) for g in desk.items(turn, "parking")
    ]
    whole = told[0] if told else None
    for one in told[1:]:
        whole = t("{place} {price}", place=whole, price=one) if whole is not None else one
    return whole


def where(turn: Turn) -> tuple[Sayable, ...]:
    """Only the cars of the speaker's own home."""
    resident = turn.conversation.resident
    if resident is None or not resident.verified:
        return (t("Where a car stands I tell only to its home. Please call from your registered phone."),)
    own = cars(turn)
    if not own:
        return (t("No car is registered for your home. Say “a person” and the guards have a look."),)
    return tuple(
        t(
            "{plate}: {garage}, space {space}, since {time}.",
            plate=car.number,
            garage=car.data["garage"],
            space=car.data["space"],
            time=Clock(datetime.fromisoformat(car.data["in"])),
        )
        for car in own
    )


def rentable(turn: Turn) -> Text | None:
    """What the barriers count; which of it can be rented nobody has written down."""
    counted = left(turn)
    if counted is None:
        return None
    return t("{counted} Whether one can be rented by the month the desk tells you with its answer.", counted=counted)


def asks_until(turn: Turn) -> bool:
    """ "When does my card for the garage run out?", as the first words."""
    heard, top = turn.understanding, turn.conversation.top
    asks = bool({"asks_back", "question", "inquires"} & set(heard.extra)) and "requests" not in heard.extra
    return (
        asks
        and "plate" not in turn.values
        and bool(aspects.asked(turn.message.text, ("@valid",))[0])
        and (top is None or top.awaiting is None)
    )


def permits(turn: Turn) -> Text | None:
    """Until when the spaces of the speaker's own home are paid for."""
    told = [
        t("The monthly space of {plate} is paid until {day}.", plate=car.number, day=When(day))
        for car in cars(turn)
        if (day := _permit(car)) is not None
    ]
    whole = told[0] if told else None
    for one in told[1:]:
        whole = t("{place} {price}", place=whole, price=one) if whole is not None else one
    return whole


def _permit(car: Record) -> date | None:
    return date.fromisoformat(car.data["permit"]) if "permit" in car.data else None


def visitors(turn: Turn) -> Text | None:
    """Where whoever has no space of their own may leave the car; None where the board marks no such spaces."""
    shared = next((one for one in desk.items(turn, "parking") if one.data.get("visitors")), None)
    if shared is None:
        return None
    return t("{place}: {free} free.", place=desk.named(turn, shared), free=shared.data["free"])
