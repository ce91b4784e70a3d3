"""`/api/v1/webhooks` and `/api/v1/deliveries`: who is told what happens here, and what became of telling them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import Connection

from backend import outward
from backend.api.asking import Authorization, Identify
from backend.api.repeats import Careful, IdempotencyKey, write_once
from backend.api.schemas import Moment, Shape
from backend.api.tags import unchanged
from backend.db import Database, Record
from backend.services import ledger, webhook_secrets, webhooks
from backend.services.keys import READ
from backend.services.repeats import Write
from bot.contract.ports import Clock
from bot.contract.routing import gather

SCOPE = "webhooks"
READING = f"{SCOPE}{READ}"


class NewWebhook(Shape):
    url: str = Field(max_length=outward.LONGEST_URL)
    events: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=50)


class Webhook(Shape):
    """state: `active` or `disabled`; reason: why it was disabled; failures: since the last success."""

    id: str
    url: str
    events: list[str]
    state: str
    failures: int
    reason: str | None
    created_at: datetime


class MadeWebhook(Webhook):
    """secret: `whsec_…`, shown this once; it verifies what is sent there; mark: by what it is known later on."""

    secret: str
    mark: str


class WebhookList(Shape):
    items: list[Webhook]
    next: str | None


class Rotation(Shape):
    """keep_hours: so long the old key signs beside the new one."""

    keep_hours: int = Field(default=webhooks.OLD_KEY_HOURS, strict=True, ge=0, le=168)


class Removed(Shape):
    id: str


class Secret(Shape):
    secret: str
    mark: str


class Signing(Shape):
    """The secrets that sign now, the newest first, by their marks: the first 8 digits of the SHA-256 of a secret."""

    marks: list[str]


class Span(Shape):
    """What was made from `since` on and before `until` is sent again, with the ids that it had; lost: only what was
    given up. Not more than 1,000 at a time, the oldest first."""

    since: Moment
    until: Moment
    lost: bool = Field(default=True, strict=True)


class Again(Shape):
    count: int


class Tested(Shape):
    """delivery: of `/api/v1/deliveries`."""

    delivery: str


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
            return MadeWebhook(**row.model_dump(), secret=made.secret, mark=webhook_secrets.mark(made.secret))

        asked = f"webhook {new.model_dump_json()}"
        return await write_once(db, Write(who.community, who.name, once, asked, clock.real()), MadeWebhook, work)

    async def one_webhook(key: str, authorization: Authorization = None) -> Webhook:
        who = await caller(authorization, READING)
        return _webhook(await db.read(lambda c: webhooks.one(c, who.community, key)))

    add = router.add_api_route
    add("/webhooks", list_webhooks, methods=["GET"], summary="Endpoints that are told what happens")
    add("/webhooks", make_webhook, methods=["POST"], status_code=201, summary="Tell an endpoint what happens")
    add("/webhooks/{key}", one_webhook, methods=["GET"], summary="One endpoint")
    gather(router, _changing(db, clock, caller), _trying(db, clock, caller))
    return router


def _changing(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    """What is done with an endpoint that is known already."""
    router = APIRouter()

    async def remove_webhook(key: str, care: Careful, authorization: Authorization = None) -> Response:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Removed:
            unchanged(care.match, lambda: _webhook(webhooks.one(connection, who.community, key)))
            webhooks.remove(connection, who.community, key, clock.real())
            return Removed(id=key)

        await write_once(db, Write(who.community, who.name, care.once, f"remove {key}", clock.real()), Removed, work)
        return Response(status_code=204)

    async def rotate_key(key: str, rotation: Rotation, care: Careful, authorization: Authorization = None) -> Secret:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Secret:
            unchanged(care.match, lambda: _webhook(webhooks.one(connection, who.community, key)))
            hours = rotation.keep_hours
            secret = webhooks.rotate(connection, who.community, key, hours, clock.real())
            return Secret(secret=secret, mark=webhook_secrets.mark(secret))

        asked = f"rotate {key} {rotation.keep_hours}"
        return await write_once(db, Write(who.community, who.name, care.once, asked, clock.real()), Secret, work)

    async def enable_webhook(key: str, care: Careful, authorization: Authorization = None) -> Webhook:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Webhook:
            unchanged(care.match, lambda: _webhook(webhooks.one(connection, who.community, key)))
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


def _trying(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    """What helps whoever writes the other side."""
    router = APIRouter()

    async def signing(key: str, authorization: Authorization = None) -> Signing:
        who = await caller(authorization, READING)
        row = await db.read(lambda c: webhooks.one(c, who.community, key))
        return Signing(marks=webhook_secrets.marks(row.secrets, clock.real()))

    async def test(key: str, authorization: Authorization = None, once: IdempotencyKey = None) -> Tested:
        who = await caller(authorization, SCOPE)

        def work(connection: Connection) -> Tested:
            return Tested(delivery=str(webhooks.try_out(connection, who.community, key, clock.real())))

        return await write_once(db, Write(who.community, who.name, once, f"test {key}", clock.real()), Tested, work)

    async def again(key: str, span: Span, authorization: Authorization = None, once: IdempotencyKey = None) -> Again:
        who = await caller(authorization, SCOPE)
        what = ledger.Range(span.since, span.until, span.lost)

        def work(connection: Connection) -> Again:
            return Again(count=ledger.replay_range(connection, who.community, key, what, clock.real()))

        asked = f"again {key} {span.model_dump_json()}"
        return await write_once(db, Write(who.community, who.name, once, asked, clock.real()), Again, work)

    add = router.add_api_route
    add("/webhooks/{key}/secrets", signing, methods=["GET"], summary="Which secrets sign now, by their marks")
    add("/webhooks/{key}/test", test, methods=["POST"], summary="Send it a test")
    add("/webhooks/{key}/replay", again, methods=["POST"], summary="Send a span of time again")
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
