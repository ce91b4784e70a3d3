"""`POST /api/v1/events`: what devices, gates and other systems report, as CloudEvents 1.0; each event counts once."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, RootModel
from sqlalchemy import Connection

from backend.api.asking import Authorization, Identify
from backend.api.cloudevents import events_of
from backend.api.event_acts import act, shown
from backend.api.event_shapes import Answer, Bell, DeviceEvent, bodies, checked
from backend.api.house import House
from backend.api.mapped import kind_of, mapped
from backend.api.repeats import IdempotencyKey, write_once
from backend.services import bells
from backend.services.keys import Caller
from backend.services.repeats import Write
from bot.contract.body import pointed
from bot.contract.errors import NotTheirs, Refused

DEVICE = "linli.device.alarm"


class Told(BaseModel):
    """One of a batch: where it stood, and what came of it or why it was refused. status: as it alone would have had."""

    place: int
    id: str | None
    source: str | None
    status: int
    answer: Answer | None = None
    detail: str | None = None
    errors: list[dict[str, str]] = Field(default_factory=list)


class Batch(BaseModel):
    """What came of each, in their order; the refused may be mended and sent again alone: what was taken counts once."""

    taken: int
    refused: int
    events: list[Told]


class _Any(RootModel[Answer]):
    pass


def event_routes(house: House, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def report(
        request: Request, response: Response, authorization: Authorization = None, once: IdempotencyKey = None
    ) -> Answer | Batch:
        who = await caller(authorization, "events")
        sent = await events_of(request)
        if not sent.batch:
            return await _take(house, who, sent.events[0], once)
        # Somebody in danger does not wait behind meters.
        order = sorted(enumerate(sent.events), key=lambda one: not _alarms(house, who, one[1]))
        told = sorted([await _told(house, who, *one) for one in order], key=lambda one: one.place)
        refused = sum(one.status >= 400 for one in told)
        if refused:
            response.status_code = 207
        return Batch(taken=len(told) - refused, refused=refused, events=told)

    async def one(key: str, authorization: Authorization = None) -> Bell:
        who = await caller(authorization, "events:read")
        return await house.db.read(lambda c: shown(bells.of_community(c, who.community, key)))

    router.add_api_route(
        "/events",
        report,
        methods=["POST"],
        status_code=202,
        summary="What a device, a gate or another system reports; one event, or many",
        responses={207: {"model": Batch, "description": "Some events of a batch were refused"}},
        openapi_extra={"requestBody": {"required": True, "content": bodies()}},
    )
    router.add_api_route("/bells/{key}", one, methods=["GET"], summary="What became of somebody at a gate")
    return router


def _alarms(house: House, who: Caller, sent: Any) -> bool:
    maps = house.maps.get(who.community, {})
    return isinstance(sent, dict) and kind_of(sent, maps) == DEVICE


async def _take(house: House, who: Caller, sent: Any, once: str | None) -> Answer:
    if not isinstance(sent, dict):
        raise Refused("an event is a JSON object", status=422)
    event = checked(mapped(sent, house.maps.get(who.community, {})))

    def work(connection: Connection) -> Answer:
        return act(connection, house, who, event)

    # Source and id make it one event already: without a key of its own somebody in danger goes ahead of everything.
    if isinstance(event, DeviceEvent) and once is None:
        return await house.db.write(work, urgent=True)
    write = Write(who.community, who.name, once, f"event {event.model_dump_json()}", house.clock.real())
    return (await write_once(house.db, write, _Any, lambda c: _Any(work(c)))).root


async def _told(house: House, who: Caller, place: int, sent: Any) -> Told:
    """Each stands alone: one that is refused keeps no other from being taken."""
    named = {name: str(sent[name])[:200] for name in ("id", "source") if isinstance(sent, dict) and name in sent}
    base = {"id": None, "source": None, **named, "place": place}
    try:
        return Told.model_validate({**base, "status": 202, "answer": await _take(house, who, sent, None)})
    except RequestValidationError as error:
        errors = pointed(error.errors())
        return Told.model_validate({**base, "status": 422, "detail": "some fields cannot be used", "errors": errors})
    except Refused as refusal:
        told = {"status": refusal.status, "detail": refusal.reason, "errors": refusal.errors}
        return Told.model_validate({**base, **told})
    except NotTheirs as error:
        return Told.model_validate({**base, "status": 401, "detail": error.reason})
