"""`/api/v1/webhooks` and `/api/v1/deliveries`: who is told what happens here, and what became of telling them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from backend import outward
from backend.api.asking import Authorization, Identify, Limit, number_of
from backend.api.repeats import Careful, IdempotencyKey, write_once
from backend.api.tags import unchanged
from backend.db import Database, Record
from backend.services import ledger, webhooks
from backend.services.keys import READ
from backend.services.repeats import Write
from bot.contract.errors import Refused
from bot.contract.ports import Clock
from bot.contract.routing import gather

Filter = Annotated[str | None, Query(max_length=200)]
SCOPE = "webhooks"
READING = f"{SCOPE}{READ}"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewWebhook(_Shape):
    url: str = Field(max_length=outward.LONGEST_URL)
    events: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=50)


class Webhook(_Shape):
    """state: `active` or `disabled`; reason: why it was disabled; failures: since the last success."""

    id: str
    url: str
    events: list[str]
    state: str
    failures: int
    reason: str | None
    created_at: datetime


class MadeWebhook(Webhook):
    """secret: `whsec_…`, shown this once; it verifies what is sent there."""

    secret: str


class WebhookList(_Shape):
    items: list[Webhook]
    next: str | None


class Rotation(_Shape):
    """keep_hours: so long the old key signs beside the new one."""

    keep_hours: int = Field(default=webhooks.OLD_KEY_HOURS, ge=0, le=168)


class Removed(_Shape):
    id: str


class Secret(_Shape):
    secret: str


class Delivery(_Shape):
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


class DeliveryList(_Shape):
    items: list[Delivery]
    next: str | None


def webhook_routes(db: Database, clock: Clock, caller: Identify, *, demo: bool) -> APIRouter:
    """Below /api/v1; demo: a receiver may run on this machine."""
    router = APIRouter()

    async def list_webhooks(authorization: Authorization = None) -> WebhookList:
        who = await caller(authorization, READING)
        rows = await db.read(lambda c: webhooks.listed(c, who.community))
        return WebhookList(items=[_webhook(row) for row in rows], next=None)

    async def make_webhook(
        new: NewWebhook, authorization: Authorization = None, once: IdempotencyKey = None
    ) -> MadeWebhook:
        who = await caller(authorization, SCOPE)
        await outward.check(new.url, loopback=demo)

        def work(connection: Connection) -> MadeWebhook:
            made = webhooks.add(connection, who.community, new.url, new.events, clock.real())
            row = _webhook(webhooks.one(connection, who.community, made.id))
            return MadeWebhook(**row.model_dump(), secret=made.secret)

        asked = f"webhook {new.model_dump_json()}"
        return await write_once(db, Write(who.community, who.name, once, asked, clock.real()), MadeWebhook, work)

    async def one_webhook(key: str, authorization: Authorization = None) -> Webhook:
        who = await caller(authorization, READING)
        return _webhook(await db.read(lambda c: webhooks.one(c, who.community, key)))

    add = router.add_api_route
    add("/webhooks", list_webhooks, methods=["GET"], summary="Endpoints that are told what happens")
    add("/webhooks", make_webhook, methods=["POST"], status_code=201, summary="Tell an endpoint what happens")
    add("/webhooks/{key}", one_webhook, methods=["GET"], summary="One endpoint")
    gather(router, _changing(db, clock, caller))
    return router


def _changing(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    """What is done with an endpoint that is known already."""
    router = APIRouter()

    async def remove_webhook(key: str, care: Careful, authorization: Authorization = None) -> Response:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Removed:
            unchanged(care.match, _webhook(webhooks.one(connection, who.community, key)))
            webhooks.remove(connection, who.community, key, clock.real())
            return Removed(id=key)

        await write_once(db, Write(who.community, who.name, care.once, f"remove {key}", clock.real()), Removed, work)
        return Response(status_code=204)

    async def rotate_key(key: str, rotation: Rotation, care: Careful, authorization: Authorization = None) -> Secret:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Secret:
            unchanged(care.match, _webhook(webhooks.one(connection, who.community, key)))
            hours = rotation.keep_hours
            return Secret(secret=webhooks.rotate(connection, who.community, key, hours, clock.real()))

        asked = f"rotate {key} {rotation.keep_hours}"
        return await write_once(db, Write(who.community, who.name, care.once, asked, clock.real()), Secret, work)

    async def enable_webhook(key: str, care: Careful, authorization: Authorization = None) -> Webhook:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Webhook:
            unchanged(care.match, _webhook(webhooks.one(connection, who.community, key)))
            webhooks.enable(connection, who.community, key)
            return _webhook(webhooks.one(connection, who.community, key))

        return await write_once(
            db, Write(who.community, who.name, care.once, f"enable {key}", clock.real()), Webhook, work
        )

    add = router.add_api_route
    add("/webhooks/{key}", remove_webhook, methods=["DELETE"], status_code=204, summary="Tell it nothing any more")
    add("/webhooks/{key}/rotate", rotate_key, methods=["POST"], summary="A new key; the old one holds for a while")
    add("/webhooks/{key}/enable", enable_webhook, methods=["POST"], summary="Use a disabled endpoint again")
    return router


def delivery_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_deliveries(
        authorization: Authorization = None,
        state: Filter = None,
        channel: Filter = None,
        cursor: Filter = None,
        limit: Limit = 50,
    ) -> DeliveryList:
        who = await caller(authorization, READING)
        wanted = ledger.Wanted(who.community, state, channel, number_of(cursor, "/cursor"), limit)
        rows = await db.read(lambda c: ledger.listed(c, wanted))
        more = rows[limit - 1].id if len(rows) > limit else None
        return DeliveryList(items=[_delivery(row) for row in rows[:limit]], next=None if more is None else str(more))

    async def one_delivery(key: str, authorization: Authorization = None) -> Delivery:
        who = await caller(authorization, READING)
        row = await db.read(lambda c: ledger.one(c, who.community, number_of(key, None) or 0))
        if row is None:
            raise Refused("no such delivery", status=404)
        return _delivery(row)

    async def replay(key: str, authorization: Authorization = None, once: IdempotencyKey = None) -> Delivery:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Delivery:
            return _delivery(ledger.replay(connection, who.community, number_of(key, None) or 0, clock.real()))

        return await write_once(db, Write(who.community, who.name, once, f"replay {key}", clock.real()), Delivery, work)

    add = router.add_api_route
    add("/deliveries", list_deliveries, methods=["GET"], summary="What went out, or will, or could not; newest first")
    add("/deliveries/{key}", one_delivery, methods=["GET"], summary="One delivery")
    add("/deliveries/{key}/replay", replay, methods=["POST"], summary="Try a dead letter again")
    return router


def _webhook(row: Record) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        events=row.events,
        state=row.state,
        failures=row.failures,
        reason=row.reason,
        created_at=row.created_at,
    )


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
