"""Where payment providers call back: proved first, then settled exactly once."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from backend.db import Database
from backend.providers import find
from backend.providers.payment import Notice, PaymentProvider, Returned
from backend.services import payments
from backend.services.amounts import to_fen
from backend.services.payments import Settled
from bot.contract.body import body_of
from bot.contract.errors import Refused
from bot.contract.ports import Clock


def callback_routes(db: Database, clock: Clock) -> APIRouter:
    router = APIRouter()

    async def called_back(provider: str, request: Request) -> JSONResponse:
        found = find(provider)
        if found is None:
            raise Refused("no such payment provider", status=404)
        settled = await take(db, clock, found, request.headers, await body_of(request))
        return JSONResponse({"status": settled.outcome, "receipt": settled.receipt})

    router.add_api_route(
        "/payments/{provider}/callback", called_back, methods=["POST"], summary="A provider's callback"
    )
    return router


async def take(
    db: Database, clock: Clock, provider: PaymentProvider, headers: Mapping[str, str], body: bytes
) -> Settled:
    """Prove and settle a callback; a wrong amount is written down for staff and refused."""
    notice = provider.read(headers, body, clock.real())
    if isinstance(notice, Returned):
        raise Refused("nothing is given back here", status=400)

    def work(connection: Connection) -> Settled:
        return _settle(connection, provider, notice, clock)

    settled = await db.write(work)
    if settled.outcome == "wrong_amount":
        raise Refused("this is not the amount that was asked for", status=422, pointer="/amount")
    return settled


def _settle(connection: Connection, provider: PaymentProvider, notice: Notice, clock: Clock) -> Settled:
    found = payments.one(connection, notice.payment)
    if found.provider != provider.name:
        raise Refused("no such payment", status=404)
    if not notice.paid:
        payments.cancel(connection, notice.payment)
        return Settled("cancelled", None)
    return payments.settle(connection, notice.payment, to_fen(notice.amount), notice.event, clock.now(), clock.real())
