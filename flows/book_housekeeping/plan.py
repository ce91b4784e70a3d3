"""From what is known to a visit that can be booked: who, from when, how long, for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from backend.services import housekeeping
from backend.services.housekeeping import Calendar, Offer, Search
from bot.contract.flow import Turn
from bot.contract.ruled_out import is_ruled_out
from bot.contract.understanding import Place, Value, When
from flows.questions import openings

DEFAULT = {"hour": Decimal(2), "piece": Decimal(1), "m2": Decimal(60), "month": Decimal(1)}


@dataclass(frozen=True, slots=True)
class Plan:
    """A visit that is free at the moment of looking."""

    offer: Offer
    start: datetime
    quantity: Decimal

    @property
    def end(self) -> datetime:
        return housekeeping.ends(self.offer, self.start, self.quantity)


def is_matched(values: Mapping[str, Value]) -> bool:
    """Found by the desk, not booked from a calendar; so is what nobody offers here."""
    return values.get("service") in housekeeping.MATCHED or values.get("_by_desk") == "yes"


def unit_of(values: Mapping[str, Value]) -> str | None:
    """The unit that the words name; hours said for an appliance are hours."""
    if "_unit" in values and "quantity" in values:
        return str(values["_unit"])
    return "hour" if "hours" in values else None


def search_of(turn: Turn, values: Mapping[str, Value]) -> Search:
    place = values.get("location")
    building = place.building if isinstance(place, Place) else None
    return Search(turn.conversation.community.id, str(values["service"]), unit_of(values), building)


def offers_of(turn: Turn, values: Mapping[str, Value]) -> tuple[Offer, ...]:
    """Who offers what was asked for; nobody while the service is open."""
    return housekeeping.find_offers(turn.db, search_of(turn, values)) if "service" in values else ()


def unit_for(turn: Turn, values: Mapping[str, Value]) -> str:
    offers = offers_of(turn, values)
    return offers[0].unit if offers else "hour"


def quantity_of(values: Mapping[str, Value], unit: str) -> Decimal:
    """How much of it; a usual amount while it is not known, so that times can be offered."""
    said = values.get("hours" if unit == "hour" else "quantity")
    return Decimal(said) if isinstance(said, (int, Decimal)) else DEFAULT[unit]


def calendar_of(turn: Turn, values: Mapping[str, Value]) -> Calendar:
    """The free times for this service, this much of it, and what is being moved counted as free."""
    offers = offers_of(turn, values)
    unit = offers[0].unit if offers else "hour"
    community = turn.conversation.community.id
    moving = housekeeping.by_number(turn.db, community, turn.case_no) if turn.case_no else None
    but = moving.id if moving is not None else None
    quantity = quantity_of(values, unit)
    return Calendar(turn.db, community, offers, quantity, turn.now, but, lambda day: is_ruled_out(day, values))


def chosen(values: Mapping[str, Value]) -> datetime | None:
    """The time that was chosen or found, None while there is only a wish."""
    at = values.get("_at")
    return datetime.fromisoformat(str(at)) if at else None


def wished(values: Mapping[str, Value]) -> When | None:
    when = values.get("when")
    return when if isinstance(when, When) else None


def moment(turn: Turn, values: Mapping[str, Value]) -> datetime | None:
    """The very time that is wished: chosen, said with its hour, or another day at the hour found before."""
    at = chosen(values)
    when = wished(values)
    if at is None and when is not None:
        at = when.start if isinstance(when.start, datetime) else _same_hour(when, values.get("_was"))
    return at.astimezone(turn.now.tzinfo) if at is not None else None


def _same_hour(when: When, was: Value | None) -> datetime | None:
    """The hour it had, where the part of the day that is wished holds it."""
    if not was:
        return None
    before = datetime.fromisoformat(str(was))
    first, last = openings.PARTS.get(when.part or "", (0, 24))
    return datetime.combine(when.start, before.timetz()) if first <= before.hour < last else None


def planned(turn: Turn, values: Mapping[str, Value]) -> Plan | None:
    """What can be booked for these values; None when that time is not free."""
    at = moment(turn, values)
    if at is None:
        return None
    calendar = calendar_of(turn, values)
    prefer = values.get("_provider")
    offer = calendar.who(at, prefer if isinstance(prefer, int) else None)
    return Plan(offer, at, calendar.quantity) if offer is not None else None
