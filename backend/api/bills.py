"""`/api/v1/bills` and `/payments`: what homes were asked for and what they paid, within the community of the key."""

from __future__ import annotations

from decimal import Decimal

from fastapi import APIRouter
from sqlalchemy import Connection

from backend.api.asking import Asked, Authorization, Identify
from backend.api.schemas import Bill, BillLine, BillList, Payment, PaymentList
from backend.db import Database, Record
from backend.services import listing
from backend.services.amounts import yuan
from bot.contract.errors import Refused

CURRENCY = "CNY"


def bill_routes(db: Database, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_bills(asked: Asked, authorization: Authorization = None) -> BillList:
        who = await caller(authorization, "bills:read")
        query = asked.of(who.community)
        page = await db.read(lambda c: listing.bills(c, query))
        return BillList(items=[_bill(row, []) for row in page.items], next=page.next)

    async def one_bill(key: str, authorization: Authorization = None) -> Bill:
        who = await caller(authorization, "bills:read")
        return await db.read(lambda c: _whole_bill(c, who.community, key))

    async def list_payments(asked: Asked, authorization: Authorization = None) -> PaymentList:
        who = await caller(authorization, "bills:read")
        query = asked.of(who.community)
        page = await db.read(lambda c: listing.payments(c, query))
        return PaymentList(items=[_payment(row) for row in page.items], next=page.next)

    async def one_payment(key: str, authorization: Authorization = None) -> Payment:
        who = await caller(authorization, "bills:read")
        found = await db.read(lambda c: listing.payment_by(c, who.community, key))
        if found is None:
            raise Refused("no such payment", status=404)
        return _payment(found)

    router.add_api_route("/bills", list_bills, methods=["GET"], summary="Bills, newest first")
    router.add_api_route("/bills/{key}", one_bill, methods=["GET"], summary="One bill with its lines")
    router.add_api_route("/payments", list_payments, methods=["GET"], summary="Payments, newest first")
    router.add_api_route("/payments/{key}", one_payment, methods=["GET"], summary="One payment")
    return router


def _whole_bill(connection: Connection, community: str, key: str) -> Bill:
    row = listing.bill_by(connection, community, key)
    if row is None:
        raise Refused("no such bill", status=404)
    return _bill(row, listing.bill_lines(connection, row.id))


def _bill(row: Record, lines: list[Record]) -> Bill:
    return Bill(
        id=row.id,
        kind=row.kind,
        state=row.state,
        community=row.community_id,
        household=row.home,
        conversation=row.sender,
        created_at=row.created_at,
        fee=row.fee,
        period=row.period,
        amount=str(yuan(row.amount)),
        paid=str(yuan(row.paid)),
        currency=CURRENCY,
        estimated=row.estimated,
        paused=row.paused_at is not None,
        due_on=row.due_on,
        lines=[_line(line) for line in lines],
    )


def _line(line: Record) -> BillLine:
    return BillLine(
        name=line.name,
        amount=str(yuan(line.amount)),
        quantity=str(Decimal(line.quantity).scaleb(-3)),
        unit=line.unit,
        rate=str(Decimal(line.rate).scaleb(-4)),
        reading_from=line.reading_from,
        reading_to=line.reading_to,
    )


def _payment(row: Record) -> Payment:
    return Payment(
        id=row.id,
        kind=row.kind,
        state=row.state,
        community=row.community_id,
        household=row.home,
        conversation=row.sender,
        created_at=row.created_at,
        amount=str(yuan(row.amount)),
        currency=CURRENCY,
        provider=row.provider,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        receipt=row.receipt,
    )
