"""All of the console as one router; the hub is what must be told when the server stops."""

from __future__ import annotations

from fastapi import APIRouter

from backend.console import (
    alarm_acts,
    alarms,
    case_acts,
    case_work,
    cases,
    estate,
    field,
    health,
    homes,
    inbox,
    live,
    money,
    notices,
    office,
    people,
    promises,
    reports,
    screen,
    screens,
    signing,
    talk_acts,
    talk_files,
    talk_signs,
    teach,
    webhooks,
)
from backend.console.door import Door
from backend.console.files import Files
from backend.console.live import Hub
from backend.console.pages import Pages
from bot.contract.routing import gather


def routes(hub: Hub) -> APIRouter:
    door = Door(hub.parts, Pages(hub.parts))
    router = APIRouter()
    door.add(router, "GET", "/console/static/{name}", Files().show)
    gather(router, signing.routes(door))
    gather(router, live.routes(door, hub))
    gather(router, screen.routes(door, hub))
    gather(router, inbox.routes(door))
    gather(router, talk_acts.routes(door))
    gather(router, talk_files.routes(door))
    gather(router, talk_signs.routes(door))
    gather(router, alarms.routes(door))
    gather(router, promises.routes(door))
    gather(router, alarm_acts.routes(door))
    for room in (
        cases,
        case_acts,
        case_work,
        estate,
        field,
        health,
        homes,
        money,
        notices,
        office,
        reports,
        screens,
        teach,
        webhooks,
    ):
        gather(router, room.routes(door))
    gather(router, people.routes(door))
    gather(router, people.account_routes(door))
    return router
