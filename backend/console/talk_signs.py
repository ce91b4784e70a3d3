"""Small signs of life in a conversation: a clerk is writing, a clerk has looked; the first is told, never stored."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from backend import wake
from backend.console.door import Door
from backend.console.visit import Visit
from backend.services import inbox_list, mentions


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    signs = Signs(door)
    door.add(router, "POST", "/console/inbox/{number}/writing", signs.writing)
    door.add(router, "POST", "/console/inbox/{number}/seen", signs.seen)
    return router


class Signs:
    def __init__(self, door: Door) -> None:
        self._parts = door.parts

    async def writing(self, visit: Visit) -> Response:
        """Only whoever has the conversation is seen to write in it."""
        visit.fields()
        if await self._owner(visit) == visit.who.staff:
            self._parts.db.bell.ring(wake.writing(visit.number("number")))
        return Response(status_code=204)

    async def seen(self, visit: Visit) -> Response:
        visit.fields()
        await self._owner(visit)
        number, who, real = visit.number("number"), visit.who, visit.real
        if number in await self._parts.db.read(lambda c: mentions.unread(c, who.staff)):
            await self._parts.db.write(lambda c: mentions.seen(c, who.community, number, who.staff, real))
        return Response(status_code=204)

    async def _owner(self, visit: Visit) -> int | None:
        number, community = visit.number("number"), visit.community
        row = await self._parts.db.read(lambda c: inbox_list.one(c, community, number))
        owner: int | None = row.owner_id
        return owner
