"""`/api/v1/deliveries`: what became of telling others, each try with what signed it."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Connection

from backend.api.asking import Authorization, Filter, Identify, Limit, given, id_of
from backend.api.repeats import IdempotencyKey, write_once
from backend.api.schemas import Shape
from backend.api.webhooks import READING, SCOPE
from backend.db import Database, Record
from backend.services import ledger
from backend.services.listing import paged
from backend.services.repeats import Write
from bot.contract.errors import Refused
from bot.contract.ports import Clock


class Try(Shape):
    """error: null when it arrived; ms: until the answer; signed_by: marks, see `/webhooks/{key}/secrets`."""

    at: datetime
    error: str | None
    ms: int | None
    signed_by: list[str]


class Delivery(Shape):
    """kind: `webhook`, `push` (to a resident) or `story`; state: `due`, `sending`, `sent`, `ended` (a
    story that came to its end), `kept` or `dead`."""

    id: str
    kind: str
    channel: str
    state: str
    webhook: str | None
    event: str | None
    message: str | None
    attempts: int
    last_error: str | None
    created_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    tries: list[Try] = Field(default_factory=list)


class DeliveryList(Shape):
    items: list[Delivery]
    next: str | None


def delivery_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_deliveries(
        authorization: Authorization = None,
        state: Filter = None,
        channel: Filter = None,
        webhook: Filter = None,
        cursor: Filter = None,
        limit: Limit = 50,
    ) -> DeliveryList:
        who = await caller(authorization, READING)
        wanted = ledger.Wanted(who.community, state, channel, given(cursor, "/cursor"), limit, webhook)
        page = paged(await db.read(lambda c: ledger.listed(c, wanted)), limit)
        return DeliveryList(items=[_delivery(row) for row in page.items], next=page.next)

    async def one_delivery(key: str, authorization: Authorization = None) -> Delivery:
        who = await caller(authorization, READING)
        return await db.read(lambda c: _whole(c, who.community, id_of(key)))

    async def replay(key: str, authorization: Authorization = None, once: IdempotencyKey = None) -> Delivery:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Delivery:
            return _delivery(ledger.replay(connection, who.community, id_of(key), clock.real()))

        return await write_once(db, Write(who.community, who.name, once, f"replay {key}", clock.real()), Delivery, work)

    add = router.add_api_route
    add("/deliveries", list_deliveries, methods=["GET"], summary="What went out, or will, or could not; newest first")
    add("/deliveries/{key}", one_delivery, methods=["GET"], summary="One delivery with each of its tries")
    add("/deliveries/{key}/replay", replay, methods=["POST"], summary="Send it again, with the same id")
    return router


def _whole(connection: Connection, community: str, key: int) -> Delivery:
    row = ledger.one(connection, community, key)
    if row is None:
        raise Refused("no such delivery", status=404)
    shown = _delivery(row)
    tried = ledger.tries(connection, row.id)
    shown.tries = [Try(at=one.at, error=one.error, ms=one.ms, signed_by=one.signed_by or []) for one in tried]
    return shown


def _delivery(row: Record) -> Delivery:
    ours = row.kind == "webhook"
    return Delivery(
        id=str(row.id),
        kind=row.kind,
        channel=row.channel,
        state=row.state,
        webhook=row.user if ours else None,
        event=row.body.get("type") if ours else None,
        message=row.body.get("id") if ours else None,
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=row.created_at,
        due_at=row.due_at if row.queue is not None else None,
        sent_at=row.sent_at,
    )
