"""What clerks were told of by the desk itself, and that they have looked."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from backend.console.door import Door
from backend.console.talk_acts import done
from backend.console.visit import Visit
from backend.services import lateness


def routes(door: Door) -> APIRouter:
    router = APIRouter()

    async def seen(visit: Visit) -> Response:
        """One case, or without a number all that one was told of."""
        (number,) = visit.fields("number?")
        who, real = visit.who, visit.real
        await door.parts.db.write(lambda c: lateness.seen(c, who.community, number, who.staff, real))
        return done(visit, "/console/cases")

    door.add(router, "POST", "/console/notices/seen", seen)
    return router
