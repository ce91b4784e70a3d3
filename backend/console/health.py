"""What helps in an emergency: read and written by whoever is on duty, with the person's consent, each look noted."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.talk_acts import done
from backend.console.visit import Visit
from backend.services import audit, care, changes, daily, health


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    desk = Health(door)
    door.add(router, "POST", "/console/residents/{key}/health", desk.write)
    door.add(router, "POST", "/console/residents/{key}/health/shown", desk.show)
    door.add(router, "POST", "/console/residents/{key}/health/remove", desk.remove)
    door.add(router, "POST", "/console/residents/{key}/care", desk.care)
    return router


class Health:
    def __init__(self, door: Door) -> None:
        self._parts = door.parts

    async def write(self, visit: Visit) -> Response:
        words, consent, _ = visit.fields("words", "consent?", "version?")
        key, who, seen = visit.number("key"), visit.actor, visit.seen()
        await self._parts.db.write(lambda c: health.write(c, who, key, words, consent, seen))
        return done(visit, "/console/homes")

    async def care(self, visit: Visit) -> Response:
        """What they want for an emergency, taken down by the desk; what is sealed is shown to nobody here."""
        form = visit.given(
            "deaf?", "daily?", "naps?", "away_until?", "knocks?", "knocks_phone?", "duress?", "duress_off?", "entry?",
            "entry_off?", "entry_consent?",
        )  # fmt: skip
        key, who = visit.number("key"), visit.actor

        def work(connection: Connection) -> None:
            changes.find(connection, who.community, "resident", key)
            row = care.write(connection, who.community, key, form, who.name, who.real)
            daily.plan(connection, row, who.now, who.real)
            told = {"daily": row.daily is not None}
            audit.note(connection, who.community, who.login, "care.written", f"resident {key}", who.real, told)

        await self._parts.db.write(work)
        return done(visit, "/console/homes")

    async def show(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor

        def work(connection: Connection) -> list[tuple[str, str]]:
            changes.find(connection, who.community, "resident", key)
            notes = health.of(connection, who.community, [key])
            told = {"notes": len(notes)}
            audit.note(connection, who.community, who.login, "health.shown", f"resident {key}", who.real, told)
            return notes

        notes = await self._parts.db.write(work)
        return JSONResponse({"notes": notes}, headers={"Cache-Control": "no-store"})

    async def remove(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor

        def work(connection: Connection) -> None:
            changes.find(connection, who.community, "resident", key)
            health.drop(connection, who, key, "consent taken back")

        await self._parts.db.write(work)
        return done(visit, "/console/homes")
