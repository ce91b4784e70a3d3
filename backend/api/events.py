"""`POST /api/v1/events`: what devices and gates report, as CloudEvents 1.0; each event counts once."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from backend.api.asking import Authorization, Identify
from backend.db import Database, Record
from backend.services import bells, communities
from bot.contract.ports import Clock


class BellData(BaseModel):
    """gate: as people call it; home: `3-2-501`, or as people say it; visitor: who they say they are."""

    model_config = ConfigDict(extra="forbid")

    gate: str = Field(min_length=1, max_length=80)
    home: str = Field(min_length=1, max_length=80)
    visitor: str = Field(default="", max_length=80)


class BellEvent(BaseModel):
    """CloudEvents 1.0 in JSON; attributes of extensions are taken and not read."""

    specversion: Literal["1.0"]
    id: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1, max_length=200)
    type: Literal["linli.gate.bell"]
    time: datetime | None = None
    datacontenttype: str | None = None
    data: BellData


class Bell(BaseModel):
    """state: ringing, admitted, refused or unanswered; the gate hears of each by webhook too (`bell.*`)."""

    id: str
    gate: str
    state: str
    rang_at: datetime
    ended_at: datetime | None


def event_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def report(event: BellEvent, authorization: Authorization = None) -> Bell:
        who = await caller(authorization, "events")

        def work(connection: Connection) -> Bell:
            here = clock.now().astimezone(ZoneInfo(communities.zone(connection, who.community)))
            data = {"gate": event.data.gate, "home": event.data.home, "visitor": event.data.visitor}
            cause = (event.source, event.id)
            return _bell(bells.rung(connection, who.community, cause, data, here, clock.real()))

        return await db.write(work)

    async def one(key: str, authorization: Authorization = None) -> Bell:
        who = await caller(authorization, "events")
        return await db.read(lambda c: _bell(bells.of_community(c, who.community, key)))

    router.add_api_route(
        "/events", report, methods=["POST"], status_code=202, summary="What a device or a gate reports"
    )
    router.add_api_route("/bells/{key}", one, methods=["GET"], summary="What became of somebody at a gate")
    return router


def _bell(row: Record) -> Bell:
    return Bell(id=row.id, gate=row.gate, state=row.state, rang_at=row.rang_at, ended_at=row.ended_at)
