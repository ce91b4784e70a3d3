"""`/api/v1/key`: what one's own key may do, and a new one in its place."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Connection

from backend.api.asking import Authorization
from backend.api.house import House
from backend.api.repeats import IdempotencyKey, write_once
from backend.api.schemas import Shape
from backend.services import keys
from backend.services.repeats import Write
from bot.contract.errors import Refused


class OwnKey(Shape):
    name: str
    community: str
    scopes: list[str]


class KeyRotation(Shape):
    """keep_hours: so long the key that asks holds beside the new one."""

    keep_hours: int = Field(default=keys.OLD_KEY_HOURS, strict=True, ge=0, le=keys.MOST_HOURS)


class NewKey(Shape):
    """key: shown this once."""

    key: str


def key_routes(house: House) -> APIRouter:
    router, db, clock = APIRouter(), house.db, house.clock

    async def caller(authorization: str | None) -> keys.Caller:
        return await db.read(lambda c: keys.identify(c, authorization, clock.real(), demo=house.demo))

    async def mine(authorization: Authorization = None) -> OwnKey:
        who = await caller(authorization)
        return OwnKey(name=who.name, community=who.community, scopes=sorted(who.scopes))

    async def rotate(asked: KeyRotation, authorization: Authorization = None, once: IdempotencyKey = None) -> NewKey:
        who = await caller(authorization)
        if (authorization or "").endswith(keys.DEMO_KEY):
            raise Refused("the demo's key stays as it is", status=409)

        def work(connection: Connection) -> NewKey:
            return NewKey(key=keys.rotate(connection, authorization, asked.keep_hours, clock.real()))

        told = f"rotate key {asked.keep_hours}"
        return await write_once(db, Write(who.community, who.name, once, told, clock.real()), NewKey, work)

    router.add_api_route("/key", mine, methods=["GET"], summary="What this key is and may do")
    router.add_api_route("/key/rotate", rotate, methods=["POST"], summary="A new key; this one holds for a while")
    return router
