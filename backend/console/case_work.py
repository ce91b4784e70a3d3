"""The work on a case as the desk arranges it: visits, costs, quotations, links, what goes to the city, photos."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console import pictures
from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit, moment_of, whole
from backend.db import Record
from backend.services import audit, handed
from backend.services.casework import costs, links, photos, quotes, record, visits

Act = Callable[[Connection, Record], object]


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    work = Work(door)
    for name in ("visit", "visited", "cost", "quote", "link"):
        door.add(router, "POST", f"/console/cases/{{number}}/{name}", getattr(work, name))
    door.add(router, "POST", "/console/cases/{number}/hand-on", work.hand_on)
    door.add(router, "POST", "/console/cases/{number}/costs/{key}", work.uncost)
    door.add(router, "POST", "/console/cases/{number}/links/{key}", work.unlink)
    door.add(router, "POST", "/console/cases/{number}/photos/{key}", work.redact)
    door.add(router, "GET", "/console/redactions", work.redactions)
    door.add(router, "POST", "/console/redactions/{key}", work.original)
    return router


class Work:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def visit(self, visit: Visit) -> Response:
        """at: as the browser's field writes it, in the estate's time; empty where no time was agreed."""
        worker, at = visit.fields("who", "at?")
        who, when = visit.actor, moment_of(at, "/at", visit.now) if at else None
        return await self._do(
            visit, "case.visit", lambda c, row: visits.plan(c, row, worker, when, who.name, who.now, who.real)
        )

    async def visited(self, visit: Visit) -> Response:
        """What came of the visit that runs, as the desk heard of it."""
        outcome, words = visit.fields("outcome", "note?")
        who = visit.actor
        return await self._do(
            visit,
            "case.visited",
            lambda c, row: visits.end(c, row, outcome, words[:1000], who.name, who.now, who.real),
        )

    async def cost(self, visit: Visit) -> Response:
        kind, name, quantity, price = visit.fields("kind", "name", "quantity?", "price")
        who = visit.actor
        return await self._do(
            visit, "case.cost", lambda c, row: costs.add(c, row, kind, name, quantity, price, who.name, who.now)
        )

    async def uncost(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, "case.uncost", lambda c, row: costs.remove(c, row, key, who.name, who.now))

    async def quote(self, visit: Visit) -> Response:
        visit.fields("version?")
        who, seen = visit.actor, visit.seen()
        return await self._do(visit, "case.quoted", lambda c, row: quotes.offer(c, who, row.number, seen))

    async def link(self, visit: Visit) -> Response:
        worker, hours, phone = visit.fields("who", "hours", "phone?")
        who, span = visit.actor, whole(hours) or 0
        return await self._do(visit, "", lambda c, row: links.make(c, who, row.number, worker, span, phone == "yes"))

    async def unlink(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.path("key"), visit.actor
        return await self._do(visit, "", lambda c, row: links.revoke(c, who, row.number, key))

    async def hand_on(self, visit: Visit) -> Response:
        """Somebody asked there: it is not there, or is taken after all."""
        visit.fields()
        who = visit.actor
        return await self._do(
            visit, "case.handed_on", lambda c, row: handed.send_again(c, who.community, row.number, who.real)
        )

    async def _do(self, visit: Visit, what: str, act: Act) -> Response:
        """what: for the audit log, empty where the service writes it."""
        number, who = visit.path("number"), visit.actor

        def work(connection: Connection) -> None:
            act(connection, record.find(connection, who.community, number))
            if what:
                audit.note(connection, who.community, who.login, what, number, who.real)

        await self._parts.db.write(work)
        return done(visit, f"/console/cases/{number}")

    async def redact(self, visit: Visit) -> Response:
        """A copy is painted over here, on the server; what the browser drew are only the places."""
        (text,) = visit.fields("boxes")
        drawn, number, key, who = photos.boxes(text), visit.path("number"), visit.path("key"), visit.actor

        def look(connection: Connection) -> tuple[str, str]:
            return photos.shown(connection, record.find(connection, who.community, number), key)

        shown, owner = await self._parts.db.read(look)
        copy = await asyncio.to_thread(self._parts.media.cover, shown, owner, drawn)
        await self._parts.db.write(lambda c: photos.covered(c, who, number, key, copy.key))
        return done(visit, f"/console/cases/{number}")

    async def redactions(self, visit: Visit) -> Response:
        rows = await self._parts.db.read(lambda c: photos.redacted(c, visit.community))
        return self._pages.show(visit, "redactions.html", rows=rows, **await banner_of(visit))

    async def original(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        name, owner = await self._parts.db.write(lambda c: photos.original(c, who, key))
        return await pictures.answer(self._parts, name, owner, "no-store")
