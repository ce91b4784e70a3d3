"""A visit that another system asks for: at this time, at the price that it has seen, or what is free instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.people import building, household
from backend.services import bindings
from backend.services.desk_reports import resident_of
from backend.services.housekeeping.bookings import Booked, Lost, NewBooking, rebook, take
from backend.services.housekeeping.offers import Offer, Search, find_offers
from backend.services.housekeeping.times import Calendar, ends
from backend.services.housekeeping.words import MATCHED, SERVICES
from bot.contract.errors import Refused
from bot.contract.stored import dump_all
from bot.contract.understanding import Place, Value, When

SHOWN = 6
FAR = timedelta(days=366)
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Asked:
    """at: aware; unit, quantity: the least of the unit that comes first where neither is told; provider: this one and
    nobody else; total: what the asker has seen, in yuan; building: to which they must come."""

    community: str
    service: str
    at: datetime
    building: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    provider: int | None = None
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class For:
    """The home it is for; resident: who finds it among theirs; conversation: where they are told; contact: who is
    called."""

    id: int
    label: str
    place: Place
    resident: int | None = None
    conversation: int | None = None
    contact: str | None = None
    notes: str | None = None

    @property
    def building(self) -> str | None:
        return self.place.building


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit that is free at the moment of looking."""

    offer: Offer
    at: datetime
    quantity: Decimal

    @property
    def until(self) -> datetime:
        return ends(self.offer, self.at, self.quantity)

    @property
    def total(self) -> Decimal:
        return self.offer.total(self.quantity)


class Changed(Exception):
    """It is not, or no longer, as it was asked for. why: in words for a program's author; free: what is."""

    def __init__(self, why: str, free: tuple[Slot, ...]) -> None:
        super().__init__(why)
        self.why = why
        self.free = free


def free(connection: Connection, asked: Asked, now: datetime, but: str | None = None) -> tuple[Slot, ...]:
    """What is free around that time, the soonest first; but: a booking that is being moved. Raises `Refused`."""
    asked = _local(asked, now)
    return _around(_calendar(connection, asked, now, but), asked)


def reached(connection: Connection, community: str, whose: For, phone: str) -> For:
    """With the one resident of the home who has this number, or who lives there alone: it stands among theirs."""
    found = resident_of(connection, community, whose.id, phone)
    if found is None or found.household_id != whose.id:
        return replace(whose, contact=phone or None)
    # What becomes of it is told where they are proved to be themselves and wrote last.
    talks = bindings.talks_of(connection, found.id)
    return replace(whose, resident=found.id, contact=phone or found.phone, conversation=max(talks) if talks else None)


def book(connection: Connection, asked: Asked, whose: For, now: datetime, by: str) -> str:
    """Returns its number. Raises `Changed`, `Refused`."""
    asked = _local(asked, now)
    calendar = _calendar(connection, asked, now, None)
    slot = _slot(calendar, asked)
    there = replace(whose.place, text=whose.label)
    told: dict[str, Value] = {"service": asked.service, "location": there, **_told(slot)}
    new = NewBooking(
        community=asked.community,
        service=asked.service,
        offer=slot.offer,
        start=slot.at,
        quantity=slot.quantity,
        location=whose.label,
        household=whose.id,
        resident=whose.resident,
        conversation=whose.conversation,
        wish=slot.at.isoformat(),
        notes=whose.notes,
        contact=whose.contact,
        slots=dump_all(told),
    )
    try:
        return take(connection, new, now, by).number
    except Lost as lost:
        raise Changed("somebody else was faster", _around(_fresh(calendar), asked)) from lost


def move(connection: Connection, found: Record, asked: Asked, now: datetime, by: str) -> Booked:
    """The same booking at another time, of another length or by another person. Raises `Changed`, `Refused`."""
    if found.state != "booked":
        raise Refused(f"a booking that is {found.state} is not moved", status=409)
    asked = _as_it_was(connection, found, _local(asked, now))
    calendar = _calendar(connection, asked, now, found.id)
    slot = _slot(calendar, asked, found.provider_id)
    kept = NewBooking(
        community=found.community_id,
        service=found.service,
        offer=slot.offer,
        start=slot.at,
        quantity=slot.quantity,
        location=found.location,
        household=found.household_id,
        resident=found.resident_id,
        conversation=found.conversation_id,
        wish=slot.at.isoformat(),
        notes=found.notes,
        contact=found.contact,
        slots={**found.slots, **dump_all(_told(slot))},
    )
    try:
        return rebook(connection, found, kept, now, by)
    except Lost as lost:
        raise Changed("somebody else was faster", _around(_fresh(calendar), asked)) from lost


def _local(asked: Asked, now: datetime) -> Asked:
    """Days and opening hours are those of the estate's clock."""
    return replace(asked, at=asked.at.astimezone(now.tzinfo))


def _told(slot: Slot) -> dict[str, Value]:
    """As the flow would have kept it, so that it can be changed in a talk as well."""
    number, amount = slot.quantity, "hours" if slot.offer.unit == "hour" else "quantity"
    return {"when": When(slot.at), amount: int(number) if number == int(number) else number}


def _as_it_was(connection: Connection, found: Record, asked: Asked) -> Asked:
    """What is not asked to be otherwise."""
    quantity = Decimal(found.quantity) / 100 if asked.unit in (None, found.unit) else None
    block = select(building.c.number).join(household, household.c.building_id == building.c.id)
    home = block.where(household.c.id == found.household_id)
    return replace(
        asked,
        unit=asked.unit or found.unit,
        quantity=asked.quantity or quantity,
        building=connection.execute(home).scalar_one_or_none(),
    )


def _calendar(connection: Connection, asked: Asked, now: datetime, but: str | None) -> Calendar:
    """Of those who do this work. Raises `Refused` for what nobody can book."""
    if asked.service not in SERVICES:
        raise Refused(f"no such service; there are {', '.join(SERVICES)}", pointer="/service")
    if asked.service in MATCHED:
        raise Refused("the desk looks for such people: file a case of the kind request", pointer="/service")
    if not now <= asked.at <= now + FAR:
        raise Refused("in the past, or more than a year ahead", pointer="/at")
    offers = find_offers(connection, Search(asked.community, asked.service, asked.unit, asked.building))
    if asked.provider is not None:
        offers = tuple(one for one in offers if one.provider == asked.provider)
    if not offers:
        raise Refused("nobody offers this here", status=409, pointer="/service")
    if asked.unit is not None and offers[0].unit != asked.unit:
        raise Refused(f"it is counted by {offers[0].unit}", pointer="/unit")
    return Calendar(connection, asked.community, offers, _quantity(asked, offers), now, but)


def _quantity(asked: Asked, offers: tuple[Offer, ...]) -> Decimal:
    least, most = offers[0].least, offers[0].most
    number = Decimal(least) if asked.quantity is None else asked.quantity
    step = HALF if offers[0].unit == "hour" else Decimal(1)
    if not least <= number <= most or number % step:
        raise Refused(f"from {least} to {most}, in steps of {step}", pointer="/quantity")
    return number


def _slot(calendar: Calendar, asked: Asked, before: int | None = None) -> Slot:
    """At that very time and, of those who can come then, at that price; before: who was to come, if they can."""
    able = calendar.able(asked.at)
    if not able:
        raise Changed("nobody is free at that time", _around(calendar, asked))
    slots = [Slot(one, asked.at, calendar.quantity) for one in able]
    seen = [one for one in slots if asked.total is None or one.total == asked.total]
    if not seen:
        raise Changed("it has another price by now", _around(calendar, asked))
    return next((one for one in seen if one.offer.provider == before), seen[0])


def _around(calendar: Calendar, asked: Asked) -> tuple[Slot, ...]:
    """The time itself first, where there is only another price for it."""
    near = [at for at in calendar.nearest(asked.at, SHOWN) if at != asked.at]
    times = [*([asked.at] if calendar.able(asked.at) else []), *near][:SHOWN]
    return tuple(Slot(calendar.able(at)[0], at, calendar.quantity) for at in sorted(times))


def _fresh(calendar: Calendar) -> Calendar:
    """What was taken meanwhile is read again."""
    return Calendar(
        calendar.connection, calendar.community, calendar.offers, calendar.quantity, calendar.now, calendar.but
    )
