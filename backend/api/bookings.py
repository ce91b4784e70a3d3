"""`/api/v1/bookings`: what residents booked, and the states that staff and providers take it through."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Connection

from backend.api.asking import Asked, Authorization, Identify
from backend.api.repeats import Careful, write_once
from backend.api.schemas import CaseMove, HistoryLine, Shape
from backend.api.tags import unchanged
from backend.db import Database, Record
from backend.services import housekeeping, listing
from backend.services.repeats import Write
from bot.contract.errors import Refused
from bot.contract.ports import Clock


class Booking(Shape):
    """at: the booked time, until: its end; when: the wish as said; prices in yuan; slots: as told in the talk."""

    id: str
    number: str
    case_no: str
    kind: str
    state: str
    community: str
    household: str | None
    conversation: str | None
    created_at: datetime
    at: datetime
    until: datetime
    service: str
    when: str | None
    hours: float | None
    quantity: float
    unit: str
    location: str
    notes: str | None
    provider: dict[str, str]
    employer: dict[str, str]
    price: Decimal
    total: Decimal
    cancel_until: datetime
    cancel_fee: Decimal
    fee_due: Decimal
    slots: dict[str, str | int]
    history: list[HistoryLine] = Field(default_factory=list)


class BookingMove(CaseMove):
    """state: `arrived`, `done`, `no_show`, `refunded` or `cancelled`: by the desk, which costs nothing; reason: where
    the resident must be told why, as they read it."""


class BookingList(Shape):
    items: list[Booking]
    next: str | None


def booking_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_bookings(asked: Asked, authorization: Authorization = None) -> BookingList:
        who = await caller(authorization, "bookings:read")
        query = asked.of(who.community)
        page = await db.read(lambda c: listing.bookings(c, query))
        return BookingList(items=[_booking(row, [], clock.now().tzinfo) for row in page.items], next=page.next)

    async def one_booking(key: str, authorization: Authorization = None) -> Booking:
        who = await caller(authorization, "bookings:read")
        return await db.read(lambda c: whole_booking(c, who.community, key, clock.now().tzinfo))

    async def move_booking(key: str, move: BookingMove, care: Careful, authorization: Authorization = None) -> Booking:
        who = await caller(authorization, "bookings")
        asked = f"booking {key} {move.model_dump_json()}"

        def work(connection: Connection) -> Booking:
            found = found_booking(connection, who.community, key)
            unchanged(care.match, lambda: whole_booking(connection, who.community, key, clock.now().tzinfo))
            housekeeping.move(connection, found, move.state, who.name, move.reason, clock.now(), clock.real())
            return whole_booking(connection, who.community, key, clock.now().tzinfo)

        return await write_once(db, Write(who.community, who.name, care.once, asked, clock.real()), Booking, work)

    router.add_api_route("/bookings", list_bookings, methods=["GET"], summary="Bookings, newest first")
    router.add_api_route("/bookings/{key}", one_booking, methods=["GET"], summary="One booking by id or number")
    router.add_api_route(
        "/bookings/{key}/state", move_booking, methods=["POST"], summary="Take a booking to its next state"
    )
    return router


def found_booking(connection: Connection, community: str, key: str) -> Record:
    row = listing.booking_by(connection, community, key)
    if row is None:
        raise Refused("no such booking", status=404)
    return row


def whole_booking(connection: Connection, community: str, key: str, zone: tzinfo | None) -> Booking:
    row = found_booking(connection, community, key)
    return _booking(row, listing.booking_history(connection, row.id), zone)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _booking(row: Record, history: list[Record], zone: tzinfo | None) -> Booking:
    quantity = row.quantity / 100
    return Booking(
        id=row.id,
        number=row.number,
        case_no=row.number,
        kind=row.kind,
        state=row.state,
        community=row.community_id,
        household=row.home,
        conversation=row.sender,
        created_at=row.created_at,
        at=row.starts_at.astimezone(zone),
        until=row.ends_at.astimezone(zone),
        service=row.service,
        when=row.wish,
        hours=quantity if row.unit == "hour" else None,
        quantity=quantity,
        unit=row.unit,
        location=row.location,
        notes=row.notes,
        provider=row.names,
        employer=row.employers,
        price=_yuan(row.price),
        total=_yuan(row.total),
        cancel_until=row.cancel_until.astimezone(zone),
        cancel_fee=_yuan(row.cancel_fee),
        fee_due=_yuan(row.fee_due),
        slots=listing.shown(row.slots),
        history=[HistoryLine(at=h.at, name=h.name, by=h.by, state=h.to_state, note=h.note) for h in history],
    )
