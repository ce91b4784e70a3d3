"""Which browsers are duty screens: made here, by a person who is signed in, and switched off here."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from backend.console.door import COOKIE, Door
from backend.console.live import banner_in
from backend.console.screen import PATH, keep
from backend.console.signing import device
from backend.console.talk_acts import done
from backend.console.visit import Visit
from backend.services import watching
from backend.services.drills import screen as drills
from backend.services.sign_in import screens, sessions


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    room = Room(door)
    door.add(router, "GET", "/console/screens", room.list)
    door.add(router, "POST", "/console/screens", room.make)
    door.add(router, "POST", "/console/screens/{key}/end", room.end)
    return router


class Room:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        def work(connection: Connection) -> dict[str, Any]:
            return {
                "rows": screens.listed(connection, visit.community),
                "watch": watching.now(connection, visit.community, visit.real),
                **banner_in(connection, visit),
            }

        known = await self._parts.db.read(work)
        return self._pages.show(visit, "screens.html", mute=screens.MUTE_WHY, **known)

    async def make(self, visit: Visit) -> Response:
        """The person is signed out here: from now on whoever stands before this browser is nobody."""
        (name,) = visit.fields("name")
        session, actor, real, which = visit.who, visit.actor, visit.real, device(visit)

        def work(connection: Connection) -> str:
            token = screens.make(connection, actor, name, which)
            sessions.end(connection, session.id, session.account, real)
            return token

        token = await self._parts.db.write(work)
        gone = RedirectResponse(PATH, status_code=303, headers={"Cache-Control": "no-store"})
        gone.delete_cookie(COOKIE, path="/console")
        keep(gone, token, secure=self._parts.secure)
        return gone

    async def end(self, visit: Visit) -> Response:
        visit.fields()
        key, actor = visit.number("key"), visit.actor
        await self._parts.db.write(lambda c: drills.end(c, actor, key))
        return done(visit, "/console/screens")
