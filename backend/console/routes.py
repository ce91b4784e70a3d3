"""All of the console as one router; the hub is what must be told when the server stops."""

from __future__ import annotations

from fastapi import APIRouter

from backend.console import (
    alarm_acts,
    alarms,
    case_acts,
    case_work,
    cases,
    field,
    health,
    homes,
    inbox,
    live,
    money,
    notices,
    office,
    people,
    reports,
    signing,
    talk_acts,
    talk_files,
    talk_signs,
    teach,
)
from backend.console.door import Door
from backend.console.files import Files
from backend.console.live import Hub
from backend.console.pages import Pages


def routes(hub: Hub) -> APIRouter:
    door = Door(hub.parts, Pages(hub.parts))
    router = APIRouter()
    door.add(router, "GET", "/console/static/{name}", Files().show)
    router.include_router(signing.routes(door))
    router.include_router(live.routes(door, hub))
    router.include_router(inbox.routes(door))
    router.include_router(talk_acts.routes(door))
    router.include_router(talk_files.routes(door))
    router.include_router(talk_signs.routes(door))
    router.include_router(alarms.routes(door))
    router.include_router(alarm_acts.routes(door))
    for room in (cases, case_acts, case_work, field, health, homes, money, notices, office, reports, teach):
        router.include_router(room.routes(door))
    router.include_router(people.routes(door))
    router.include_router(people.account_routes(door))
    return router
