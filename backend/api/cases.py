"""`/api/v1/cases`: what residents and others reported, and the states that staff take it through."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import Connection

from backend.api.asking import AskedByNumber, Authorization, Identify
from backend.api.repeats import Careful, write_once
from backend.api.schemas import Case, CaseList, CaseMove, HandedOn, HistoryLine
from backend.api.tags import unchanged
from backend.db import Database, Record
from backend.services import cases, handed, listing
from backend.services.repeats import Write
from bot.contract.errors import Refused
from bot.contract.ports import Clock


def case_routes(db: Database, clock: Clock, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_cases(asked: AskedByNumber, authorization: Authorization = None) -> CaseList:
        who = await caller(authorization, "cases:read")
        query = asked.of(who.community)
        page = await db.read(lambda c: listing.cases(c, query))
        return CaseList(items=[_case(row, []) for row in page.items], next=page.next)

    async def one_case(key: str, authorization: Authorization = None) -> Case:
        who = await caller(authorization, "cases:read")
        return await db.read(lambda c: whole_case(c, who.community, key))

    async def move_case(key: str, move: CaseMove, care: Careful, authorization: Authorization = None) -> Case:
        who = await caller(authorization, "cases")
        asked = f"case {key} {move.model_dump_json()}"

        def work(connection: Connection) -> Case:
            found = _found(connection, who.community, key)
            unchanged(care.match, lambda: whole_case(connection, who.community, key))
            cases.move(connection, found, move.state, who.name, move.reason, clock.now(), clock.real())
            return whole_case(connection, who.community, key)

        return await write_once(db, Write(who.community, who.name, care.once, asked, clock.real()), Case, work)

    async def hand_on(key: str, care: Careful, authorization: Authorization = None) -> Case:
        who = await caller(authorization, "cases")

        def work(connection: Connection) -> Case:
            found = _found(connection, who.community, key)
            unchanged(care.match, lambda: whole_case(connection, who.community, key))
            handed.send_again(connection, who.community, found.number, clock.real())
            return whole_case(connection, who.community, key)

        asked = f"hand on {key}"
        return await write_once(db, Write(who.community, who.name, care.once, asked, clock.real()), Case, work)

    router.add_api_route(
        "/cases/{key}/hand-on", hand_on, methods=["POST"], summary="Hand it on once more: it is not there, or is wanted"
    )
    router.add_api_route("/cases", list_cases, methods=["GET"], summary="Cases, newest first")
    router.add_api_route("/cases/{key}", one_case, methods=["GET"], summary="One case by id or number")
    router.add_api_route("/cases/{key}/state", move_case, methods=["POST"], summary="Take a case to its next state")
    return router


def _found(connection: Connection, community: str, key: str) -> Record:
    row = listing.case_by(connection, community, key)
    if row is None:
        raise Refused("no such case", status=404)
    return row


def whole_case(connection: Connection, community: str, key: str) -> Case:
    row = _found(connection, community, key)
    shown = _case(row, listing.case_history(connection, row.id))
    there = handed.of_case(connection, row.id)
    shown.handed_on = HandedOn.model_validate(there, from_attributes=True) if there is not None else None
    return shown


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
