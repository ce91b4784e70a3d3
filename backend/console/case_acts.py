"""What clerks decide about cases: who has one, what it is one with, several at once, and the calls after the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import Connection

from backend.console import looks
from backend.console.case_words import titled
from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit
from backend.console.words import CASE_STATES, CASES
from backend.services import audit, case_board
from backend.services.casework import assigning, bulk, calls, merging
from bot.contract.errors import Refused


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    acts = Acts(door)
    for name in ("assign", "label", "merge", "unmerge", "phone"):
        door.add(router, "POST", f"/console/cases/{{number}}/{name}", getattr(acts, name))
    door.add(router, "POST", "/console/bulk", acts.several)
    door.add(router, "POST", "/console/bulk/{key}/undo", acts.undo)
    door.add(router, "GET", "/console/calls", acts.calls)
    door.add(router, "POST", "/console/calls/{number}", acts.called)
    return router


class Acts:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def assign(self, visit: Visit) -> Response:
        """to: a login, `me`, `nobody`, or `team:` and its name; version: what the clerk was looking at."""
        to, _ = visit.fields("to", "version?")
        number, who, seen = visit.path("number"), visit.actor, visit.seen()
        return await self._do(visit, "case.assigned", lambda c: assigning.assign(c, who, number, to, seen), to)

    async def label(self, visit: Visit) -> Response:
        name, on = visit.fields("name", "on?")
        number, who = visit.path("number"), visit.actor
        return await self._do(visit, "case.labelled", lambda c: assigning.label(c, who, number, name, on != "no"), name)

    async def phone(self, visit: Visit) -> Response:
        """To be dialled, after it was written down that somebody looked."""
        visit.fields()
        number, who = visit.path("number"), visit.actor

        def work(connection: Connection) -> str:
            found = case_board.one(connection, who.community, number)
            phone = found.contact or found.phone
            if not phone:
                raise Refused("no such number", status=404)
            audit.note(connection, who.community, who.login, "phone.revealed", found.number, who.real)
            return str(phone)

        return JSONResponse({"phone": await self._parts.db.write(work)}, headers={"Cache-Control": "no-store"})

    async def merge(self, visit: Visit) -> Response:
        into, _ = visit.fields("into", "version?")
        number, who, seen = visit.path("number"), visit.actor, visit.seen()
        return await self._do(visit, "case.merged", lambda c: merging.merge(c, who, number, into, seen), into)

    async def unmerge(self, visit: Visit) -> Response:
        visit.fields()
        number, who = visit.path("number"), visit.actor
        return await self._do(visit, "case.unmerged", lambda c: merging.unmerge(c, who, number), "")

    async def _do(self, visit: Visit, what: str, act: Callable[[Connection], None], value: str) -> Response:
        number, who = visit.path("number"), visit.actor

        def work(connection: Connection) -> None:
            act(connection)
            audit.note(connection, who.community, who.login, what, number, who.real, {"to": value} if value else None)

        await self._parts.db.write(work)
        return done(visit, f"/console/cases/{number}")

    async def several(self, visit: Visit) -> Response:
        """act: assign, move or label; `on_<number>` for each case that was ticked."""
        act, to, state, label, reason = visit.fields("act", "to?", "state?", "label?", "reason?", "on_*")
        numbers, who = visit.ticked("on_"), visit.actor
        value = {"assign": to, "move": state, "label": label}.get(act, "")
        if not value:
            raise Refused("what shall be done?", pointer="/act")
        key = await self._parts.db.write(lambda c: bulk.apply(c, who, numbers, act, value, reason[:1000]))
        return self._back(visit, undo=str(key), changed=str(len(numbers)))

    async def undo(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        back, left = await self._parts.db.write(lambda c: bulk.undo(c, who, key))
        return self._back(visit, changed=str(back), left=" ".join(left)[:300])

    def _back(self, visit: Visit, **told: str) -> Response:
        return RedirectResponse(f"/console/cases?{urlencode({'shape': 'table', **told})}", status_code=303)

    async def calls(self, visit: Visit) -> Response:
        rows = await self._parts.db.read(lambda c: calls.due(c, visit.community, visit.now))
        known: dict[str, Any] = {
            "rows": rows,
            "outcomes": calls.OUTCOMES,
            "unhappy": calls.UNHAPPY,
            "masked": looks.masked,
        }
        known |= {"titled": titled, "states": CASE_STATES, "kinds": CASES}
        if visit.part == "list":
            return self._pages.show(visit, "calls_list.html", **known)
        return self._pages.show(visit, "calls.html", **known, **await banner_of(visit))

    async def called(self, visit: Visit) -> Response:
        outcome, words = visit.fields("outcome", "text?")
        number, who = visit.path("number"), visit.actor

        def work(connection: Connection) -> None:
            calls.note(connection, who, number, outcome, words[:1000])
            audit.note(connection, who.community, who.login, "case.called", number, who.real, {"outcome": outcome})

        await self._parts.db.write(work)
        return done(visit, "/console/calls")
