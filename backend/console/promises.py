"""Whether residents are told that people here hear an alarm: switched on by a supervisor, and only while that is so."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.talk_acts import done
from backend.console.visit import Visit
from backend.services import duty
from backend.services.ladder import reach


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    acts = _Acts(door)
    door.add(router, "POST", "/console/alarms/promise", acts.decide)
    return router


def shown(connection: Connection, visit: Visit) -> dict[str, Any]:
    """For the head of the board: how it stands, and who may be named as answering at every hour."""
    community, real = visit.community, visit.real
    decided = duty.promise(connection, community)
    nights = [(str(row.id), row.name) for row in duty.answered(connection, community, real)]
    guard = reach.of(connection, community).guard
    return {
        "promised": decided is not None and decided.on,
        "watched": duty.watched(connection, community, real),
        "nights": [*([(duty.GUARD, guard["name"])] if guard else []), *nights],
    }


class _Acts:
    def __init__(self, door: Door) -> None:
        self._parts = door.parts

    async def decide(self, visit: Visit) -> Response:
        on, night = visit.fields("on", "night?")
        who, real = visit.who, visit.real

        def work(connection: Connection) -> None:
            if on == "yes":
                duty.switch_on(connection, who.community, night or "", who.login, who.name, real)
            else:
                duty.switch_off(connection, who.community, who.login, who.name, real)

        await self._parts.db.write(work)
        return done(visit, "/console/alarms")
