"""`POST /api/v1/events`: what devices and gates report, as CloudEvents 1.0; each event counts once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import Connection

from backend.api.asking import Authorization, Identify
from backend.api.cloudevents import event_of
from backend.api.mapped import Maps, mapped
from backend.api.repeats import IdempotencyKey, write_once
from backend.db import Database, Record
from backend.services import bells, communities, devices, passages
from backend.services.devices import Report
from backend.services.repeats import Write
from bot.contract.ports import Clock


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BellData(_Data):
    """gate: as people call it; home: `3-2-501`, or as people say it; visitor: who they say they are."""

    gate: str = Field(min_length=1, max_length=80)
    home: str = Field(min_length=1, max_length=80)
    visitor: str = Field(default="", max_length=80)


class DeviceData(_Data):
    """kind: what reports; home: `3-2-501`, or as people say it; wearer: name or number of whose it is."""

    kind: Literal["button", "pull_cord", "wristband", "fall", "smoke", "heat", "gas"]
    home: str = Field(min_length=1, max_length=80)
    wearer: str = Field(default="", max_length=80)


class PassageData(_Data):
    """Somebody went through; gate: as people call it. By what it opened, any or none: token of the QR code, code of
    eight digits, number of the pass, plate."""

    gate: str = Field(min_length=1, max_length=80)
    direction: Literal["entry", "exit"]
    token: str = Field(default="", max_length=1_000)
    code: str = Field(default="", max_length=20)
    number: str = Field(default="", max_length=24)
    plate: str = Field(default="", max_length=20)


class _Event(BaseModel):
    """CloudEvents 1.0; attributes of extensions are taken and not read."""

    model_config = ConfigDict(extra="forbid")

    specversion: Literal["1.0"]
    id: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1, max_length=200)
    time: datetime | None = None
    subject: str | None = None
    dataschema: str | None = None


class BellEvent(_Event):
    type: Literal["linli.gate.bell"]
    data: BellData


class DeviceEvent(_Event):
    type: Literal["linli.device.alarm"]
    data: DeviceData


class PassageEvent(_Event):
    """time: by the gate's clock; up to two minutes ahead of ours and a week behind it are believed."""

    type: Literal["linli.gate.passage"]
    data: PassageData


class Bell(BaseModel):
    """state: ringing, admitted, refused or unanswered; the gate hears of each by webhook too (`bell.*`)."""

    id: str
    gate: str
    state: str
    rang_at: datetime
    ended_at: datetime | None


class Raised(BaseModel):
    """alarm: of `/api/v1/alarms`; new: raised by this event, rather than known or joined to one that stands."""

    alarm: str
    new: bool


class Went(BaseModel):
    """number: of the pass, null where nobody was expected; refused: why our rules would not have opened; clock_ahead:
    seconds by which the gate's clock is wrong; new: told for the first time."""

    number: str | None
    at: datetime
    refused: str | None
    clock_ahead: int | None
    new: bool


Reported = Annotated[BellEvent | DeviceEvent | PassageEvent, Field(discriminator="type")]
_EVENT: TypeAdapter[BellEvent | DeviceEvent | PassageEvent] = TypeAdapter(Reported)


def event_routes(db: Database, clock: Clock, caller: Identify, maps: Mapping[str, Maps]) -> APIRouter:
    """maps: vendors' own types, by community."""
    router = APIRouter()

    async def report(
        request: Request, authorization: Authorization = None, once: IdempotencyKey = None
    ) -> Bell | Raised | Went:
        who = await caller(authorization, "events")
        event = _checked(mapped(await event_of(request), maps.get(who.community, {})))
        write = Write(who.community, who.name, once, f"event {event.model_dump_json()}", clock.real())
        if isinstance(event, DeviceEvent):
            told = Report(event.source, event.id, **event.data.model_dump())

            def raised(connection: Connection) -> Raised:
                standing = devices.report(connection, who.community, told, clock.now(), clock.real())
                return Raised(alarm=standing.id, new=standing.new)

            # Source and id make it one event already: without a key of its own it goes ahead of everything.
            return await (db.write(raised, urgent=True) if once is None else write_once(db, write, Raised, raised))

        if isinstance(event, PassageEvent):
            passing = passages.Told(event.source, event.id, at=event.time, **event.data.model_dump())

            def passed(connection: Connection) -> Went:
                one = passages.passed(connection, who.community, passing, clock.now(), clock.real())
                return Went(number=one.number, at=one.at, refused=one.refused, clock_ahead=one.ahead, new=one.new)

            return await write_once(db, write, Went, passed)

        def work(connection: Connection) -> Bell:
            here = clock.now().astimezone(ZoneInfo(communities.zone(connection, who.community)))
            cause = (event.source, event.id)
            return _bell(bells.rung(connection, who.community, cause, event.data.model_dump(), here, clock.real()))

        return await write_once(db, write, Bell, work)

    async def one(key: str, authorization: Authorization = None) -> Bell:
        who = await caller(authorization, "events:read")
        return await db.read(lambda c: _bell(bells.of_community(c, who.community, key)))

    router.add_api_route(
        "/events",
        report,
        methods=["POST"],
        status_code=202,
        summary="What a device or a gate reports",
        openapi_extra={"requestBody": {"required": True, "content": _schema()}},
    )
    router.add_api_route("/bells/{key}", one, methods=["GET"], summary="What became of somebody at a gate")
    return router


def _schema() -> dict[str, object]:
    """The body is read by ourselves, as events come in two modes: shapes without references, for the docs."""
    shapes = {one.__name__: one.model_json_schema() for one in (BellEvent, DeviceEvent, PassageEvent)}
    whole = [
        {**shape, "properties": {**shape["properties"], "data": shape["$defs"][f"{name.removesuffix('Event')}Data"]}}
        for name, shape in shapes.items()
    ]
    return {
        "application/cloudevents+json": {
            "schema": {"oneOf": [{key: value for key, value in shape.items() if key != "$defs"} for shape in whole]}
        }
    }


def _checked(event: dict[str, object]) -> BellEvent | DeviceEvent | PassageEvent:
    try:
        return _EVENT.validate_python(event)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def _bell(row: Record) -> Bell:
    return Bell(id=row.id, gate=row.gate, state=row.state, rang_at=row.rang_at, ended_at=row.ended_at)
