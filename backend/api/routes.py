"""`/api/v1`: cases and alarms for integrators, always within the community of the key."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from sqlalchemy import Connection

from backend.api.asking import Asked, AskedByNumber, Authorization, Identify
from backend.api.bills import bill_routes
from backend.api.bookings import booking_routes
from backend.api.conversations import conversation_routes
from backend.api.events import event_routes
from backend.api.mapped import Maps
from backend.api.passes import pass_routes
from backend.api.pictures import picture_routes
from backend.api.repeats import IdempotencyKey, write_once
from backend.api.schemas import Alarm, AlarmList, Case, CaseList, CaseMove, HistoryLine
from backend.api.webhooks import delivery_routes, webhook_routes
from backend.db import Database, Record
from backend.services import cases, keys, listing
from backend.services.keys import Caller
from backend.services.repeats import Write
from bot.contract.errors import Refused
from bot.contract.ports import Clock
from bot.contract.routing import gather


def routes(db: Database, clock: Clock, *, demo: bool, maps: Mapping[str, Maps] | None = None) -> APIRouter:
    """Everything below /api/v1; each route names the scope that its caller's key must have."""

    async def caller(authorization: str | None, scope: str) -> Caller:
        found = await db.read(lambda c: keys.identify(c, authorization, demo=demo))
        found.must(scope)
        return found

    doors = APIRouter()
    # Each at once below its prefix: every floor between would have FastAPI work out all of its routes once more.
    for part in (
        case_routes(db, clock, caller),
        alarm_routes(db, caller),
        bill_routes(db, caller),
        pass_routes(db, clock, caller),
        booking_routes(db, clock, caller),
        webhook_routes(db, clock, caller, demo=demo),
        delivery_routes(db, clock, caller),
        conversation_routes(db, clock, caller),
        event_routes(db, clock, caller, maps or {}),
    ):
        doors.include_router(part, prefix="/api/v1", tags=["api"])
    gather(doors, picture_routes(db, clock))
    return doors


def case_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_cases(asked: AskedByNumber, authorization: Authorization = None) -> CaseList:
        who = await caller(authorization, "cases:read")
        query = asked.of(who.community)
        page = await db.read(lambda c: listing.cases(c, query))
        return CaseList(items=[_case(row, []) for row in page.items], next=page.next)

    async def one_case(key: str, authorization: Authorization = None) -> Case:
        who = await caller(authorization, "cases:read")
        return await db.read(lambda c: _whole_case(c, who.community, key))

    async def move_case(
        key: str, move: CaseMove, authorization: Authorization = None, once: IdempotencyKey = None
    ) -> Case:
        who = await caller(authorization, "cases")
        asked = f"case {key} {move.model_dump_json()}"

        def work(connection: Connection) -> Case:
            found = listing.case_by(connection, who.community, key)
            if found is None:
                raise Refused("no such case", status=404)
            cases.move(connection, found, move.state, who.name, move.reason, clock.now(), clock.real())
            return _whole_case(connection, who.community, key)

        return await write_once(db, Write(who.community, who.name, once, asked, clock.real()), Case, work)

    router.add_api_route("/cases", list_cases, methods=["GET"], summary="Cases, newest first")
    router.add_api_route("/cases/{key}", one_case, methods=["GET"], summary="One case by id or number")
    router.add_api_route("/cases/{key}/state", move_case, methods=["POST"], summary="Take a case to its next state")
    return router


def alarm_routes(db: Database, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_alarms(asked: Asked, authorization: Authorization = None) -> AlarmList:
        who = await caller(authorization, "alarms:read")
        query = asked.of(who.community)
        page = await db.read(lambda c: listing.alarms(c, query))
        return AlarmList(items=[_alarm(row, []) for row in page.items], next=page.next)

    async def one_alarm(key: str, authorization: Authorization = None) -> Alarm:
        who = await caller(authorization, "alarms:read")
        return await db.read(lambda c: _whole_alarm(c, who.community, key))

    router.add_api_route("/alarms", list_alarms, methods=["GET"], summary="Alarms, newest first")
    router.add_api_route("/alarms/{key}", one_alarm, methods=["GET"], summary="One alarm by id")
    return router


def _whole_case(connection: Connection, community: str, key: str) -> Case:
    row = listing.case_by(connection, community, key)
    if row is None:
        raise Refused("no such case", status=404)
    return _case(row, listing.case_history(connection, row.id))


def _case(row: Record, history: list[Record]) -> Case:
    slots = listing.shown(row.slots)
    return Case(
        id=row.id,
        number=row.number,
        case_no=row.number,
        kind=row.kind,
        state=row.state,
        priority=row.priority,
        scope=row.scope,
        community=row.community_id,
        household=row.home,
        conversation=row.sender,
        created_at=row.created_at,
        due_at=row.due_at,
        category=row.category,
        location=row.location,
        details=row.details,
        when=row.wish,
        slots=slots,
        history=[HistoryLine(at=h.at, name=h.name, by=h.by, state=h.to_state, note=h.note) for h in history],
    )


def _whole_alarm(connection: Connection, community: str, key: str) -> Alarm:
    row = listing.alarm_by(connection, community, key)
    if row is None:
        raise Refused("no such alarm", status=404)
    return _alarm(row, listing.alarm_history(connection, row.id))


def _alarm(row: Record, history: list[Record]) -> Alarm:
    return Alarm(
        id=row.id,
        kind=row.kind,
        state=row.state,
        community=row.community_id,
        household=row.home,
        conversation=row.reported_by,
        created_at=row.raised_at,
        reported_by=row.reported_by,
        channel=row.channel,
        who=row.who,
        location=row.location,
        location_confirmed=row.location_confirmed,
        words=row.words,
        quiet=row.quiet,
        accepted_by=row.accepted_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        outcome=row.outcome,
        history=[HistoryLine(at=h.at, name=h.name, by=h.by, state=None, note=h.note) for h in history],
    )
