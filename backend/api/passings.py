"""`GET /api/v1/passes/{key}/passages`: who went in and out on a pass, as gates have told it."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from sqlalchemy import Connection

from backend.api.asking import Authorization, Identify
from backend.api.schemas import Shape
from backend.db import Database, Record
from backend.services import listing, passages
from bot.contract.errors import Refused


class Passing(Shape):
    """Somebody went through on this pass. refused: why it should not have opened; clock_ahead: seconds by which the
    gate's clock was wrong, in which case at is ours."""

    gate: str
    direction: str
    plate: str | None
    at: datetime
    refused: str | None
    clock_ahead: int | None


def passing_routes(db: Database, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def passings(key: str, authorization: Authorization = None) -> list[Passing]:
        who = await caller(authorization, "passes:read")

        def work(connection: Connection) -> list[Passing]:
            row = listing.pass_by(connection, who.community, key)
            if row is None:
                raise Refused("no such pass", status=404)
            return [_passing(one) for one in passages.of_pass(connection, row.id)]

        return await db.read(work)

    path = "/passes/{key}/passages"
    router.add_api_route(path, passings, methods=["GET"], summary="Who went through on a pass")
    return router


def _passing(row: Record) -> Passing:
    return Passing(
        gate=row.gate,
        direction=row.direction,
        plate=row.plate,
        at=row.at,
        refused=row.refused,
        clock_ahead=row.ahead,
    )
