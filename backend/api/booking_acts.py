"""Bookings made, moved and cancelled by other systems, and what is free; a booking's shape stands in `bookings.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import Connection

from backend.api.asking import Authorization, Identify, given
from backend.api.bookings import Booking, found_booking, whole_booking
from backend.api.house import House
from backend.api.repeats import Care, Careful, IdempotencyKey, write_once
from backend.api.schemas import FreeSlot, Moment, Phone, Shape
from backend.api.tags import unchanged
from backend.db import Record
from backend.services import desk_reports, housekeeping
from backend.services.housekeeping import asked as visits
from backend.services.housekeeping.asked import Asked, Changed, For
from backend.services.keys import Caller
from backend.services.repeats import Write
from bot.contract.errors import Refused
from bot.contract.routing import gather

Done = TypeVar("Done")
BOOKABLE = [name for name in housekeeping.SERVICES if name not in housekeeping.MATCHED]
Service = Annotated[str, Field(max_length=20, json_schema_extra={"enum": BOOKABLE})]
_AMOUNT: dict[str, Any] = {"ge": 0.5, "le": 1_000, "multiple_of": 0.5}
Quantity = Annotated[float, Field(strict=True, **_AMOUNT)]
Unit = Annotated[str, Field(max_length=8, json_schema_extra={"enum": ["hour", "piece", "m2"]})]
Yuan = Annotated[str, Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,2})?$")]
Helper = Annotated[str, Field(max_length=18, pattern=r"^[0-9]{1,18}$")]


class Wanted(Shape):
    """at: when it begins; quantity: hours, pieces or square metres by `unit`, else the least; provider: this helper and
    nobody else; total: in yuan, as it was seen: at another price nothing is booked."""

    at: Moment
    quantity: Quantity | None = None
    unit: Unit | None = None
    provider: Helper | None = None
    total: Yuan | None = None

    def of(self, community: str, service: str, building: str | None) -> Asked:
        return Asked(
            community=community,
            service=service,
            at=self.at,
            building=building,
            unit=self.unit,
            quantity=None if self.quantity is None else Decimal(str(self.quantity)),
            provider=given(self.provider, "/provider"),
            total=None if self.total is None else Decimal(self.total),
        )


class NewBooking(Wanted):
    """home: such as `3-2-501`; phone: of whoever lives there and is called; notes: codes of doors are left out."""

    service: Service
    home: str = Field(min_length=1, max_length=40)
    phone: Phone = ""
    notes: str = Field(default="", max_length=500)


class Reschedule(Wanted):
    """What is left away stays as it was; `total`: in yuan, as it was seen: at another price nothing is changed."""


class FreeList(Shape):
    items: list[FreeSlot]
    next: str | None


def booking_act_routes(house: House, caller: Identify) -> APIRouter:
    """Below /api/v1; scope `bookings`. What is not, or no longer, as it was asked for is a 409 with `free`."""
    router, db, clock = APIRouter(), house.db, house.clock

    async def free(
        service: Annotated[Service, Query()],
        at: Annotated[Moment, Query()],
        home: Annotated[str | None, Query(max_length=40)] = None,
        quantity: Annotated[float | None, Query(**_AMOUNT)] = None,
        unit: Annotated[Unit | None, Query()] = None,
        provider: Annotated[Helper | None, Query()] = None,
        authorization: Authorization = None,
    ) -> FreeList:
        who = await caller(authorization, "bookings:read")
        wanted = Wanted(at=at, quantity=quantity, unit=unit, provider=provider)

        def work(connection: Connection) -> FreeList:
            building = _home(connection, house, who, home).building if home else None
            now = clock.now()
            slots = visits.free(connection, wanted.of(who.community, service, building), now)
            return FreeList(items=[FreeSlot.of(slot, now) for slot in slots], next=None)

        return await db.read(work)

    async def book(new: NewBooking, authorization: Authorization = None, once: IdempotencyKey = None) -> Booking:
        who = await caller(authorization, "bookings")

        def work(connection: Connection) -> Booking:
            whose = replace(_home(connection, house, who, new.home), notes=new.notes or None)
            whose = visits.reached(connection, who.community, whose, new.phone)
            asked, now = new.of(who.community, new.service, whose.building), clock.now()
            made = _as_seen(lambda: visits.book(connection, asked, whose, now, who.name), house)
            return whole_booking(connection, who.community, made, now.tzinfo)

        asked = f"booking {new.model_dump_json()}"
        return await write_once(db, Write(who.community, who.name, once, asked, clock.real()), Booking, work)

    add = router.add_api_route
    # Before /bookings/{key}: this is no id.
    add("/bookings/free", free, methods=["GET"], summary="What is free around a time, by whom and for how much")
    add("/bookings", book, methods=["POST"], status_code=201, summary="Book help for a home")
    gather(router, _changing(house, caller))
    return router


def _changing(house: House, caller: Identify) -> APIRouter:
    router, db, clock = APIRouter(), house.db, house.clock

    async def change(
        who: Caller, key: str, care: Care, asked: str, act: Callable[[Connection, Record], object]
    ) -> Booking:
        def work(connection: Connection) -> Booking:
            row = found_booking(connection, who.community, key)
            unchanged(care.match, lambda: whole_booking(connection, who.community, key, clock.now().tzinfo))
            _as_seen(lambda: act(connection, row), house)
            return whole_booking(connection, who.community, key, clock.now().tzinfo)

        return await write_once(db, Write(who.community, who.name, care.once, asked, clock.real()), Booking, work)

    async def move(key: str, to: Reschedule, care: Careful, authorization: Authorization = None) -> Booking:
        who = await caller(authorization, "bookings")

        def act(connection: Connection, row: Record) -> object:
            asked = to.of(who.community, row.service, None)
            return visits.move(connection, row, asked, clock.now(), who.name)

        return await change(who, key, care, f"reschedule {key} {to.model_dump_json()}", act)

    async def cancel(key: str, care: Careful, authorization: Authorization = None) -> Booking:
        who = await caller(authorization, "bookings")

        def act(connection: Connection, row: Record) -> object:
            return housekeeping.cancel(connection, row, clock.now(), who.name)

        return await change(who, key, care, f"cancel {key}", act)

    add = router.add_api_route
    add("/bookings/{key}/reschedule", move, methods=["POST"], summary="The same booking at another time")
    add("/bookings/{key}/cancel", cancel, methods=["POST"], summary="Cancel for the resident; a fee when it is late")
    return router


def _home(connection: Connection, house: House, who: Caller, where: str) -> For:
    """Raises `Refused`."""
    community = house.community(who.community)
    place = desk_reports.place_of(where)
    home = desk_reports.home_of(connection, community, where)
    if place is None or home is None:
        raise Refused("a home is written such as 3-2-501", pointer="/home")
    return For(home.id, home.label, place)


def _as_seen(act: Callable[[], Done], house: House) -> Done:
    try:
        return act()
    except Changed as changed:
        now = house.clock.now()
        free = [FreeSlot.of(slot, now).model_dump(mode="json") for slot in changed.free]
        raise Refused(changed.why, status=409, more={"free": free}) from changed
