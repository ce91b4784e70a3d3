"""`/api/v1/alarms`: who was in danger and what was done, for reading: an alarm is answered by people."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import Connection

from backend.api.asking import Asked, Authorization, Identify
from backend.api.schemas import Alarm, AlarmList, HistoryLine, Uttered
from backend.db import Database, Record
from backend.services import alarm_history, listing
from bot.contract.errors import Refused


def alarm_routes(db: Database, caller: Identify) -> APIRouter:
    router = APIRouter()

    async def list_alarms(asked: Asked, authorization: Authorization = None) -> AlarmList:
        who = await caller(authorization, "alarms:read")
        query = asked.of(who.community)

        def work(connection: Connection) -> AlarmList:
            page = listing.alarms(connection, query)
            told = alarm_history.story(connection, [row.id for row in page.items])
            about = alarm_history.about(connection, [row.id for row in page.items])
            items = [_alarm(row, told[row.id], [], about.get(row.id)) for row in page.items]
            return AlarmList(items=items, next=page.next)

        return await db.read(work)

    async def one_alarm(key: str, authorization: Authorization = None) -> Alarm:
        who = await caller(authorization, "alarms:read")
        return await db.read(lambda c: _whole_alarm(c, who.community, key))

    router.add_api_route("/alarms", list_alarms, methods=["GET"], summary="Alarms, newest first")
    router.add_api_route("/alarms/{key}", one_alarm, methods=["GET"], summary="One alarm by id")
    return router


def _whole_alarm(connection: Connection, community: str, key: str) -> Alarm:
    row = listing.alarm_by(connection, community, key)
    if row is None:
        raise Refused("no such alarm", status=404)
    told = alarm_history.story(connection, [row.id])[row.id]
    about = alarm_history.about(connection, [row.id]).get(row.id)
    return _alarm(row, told, listing.alarm_history(connection, row.id), about)


def _alarm(row: Record, told: list[Record], history: list[Record], about: str | None) -> Alarm:
    """about: who is in danger, as it was told later."""
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
        who=about or row.who,
        location=row.location,
        location_confirmed=row.location_confirmed,
        words=row.words,
        story=[Uttered(at=one.at, words=one.note) for one in told],
        quiet=row.quiet,
        accepted_by=row.accepted_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        outcome=row.outcome,
        history=[HistoryLine(at=h.at, name=h.name, by=h.by, state=None, note=h.note) for h in history],
    )
