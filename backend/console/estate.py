"""Buildings, homes and duty phones, as pages: what an estate is made of before anybody is written into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console import looks
from backend.console.door import Door
from backend.console.homes import told
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit, day_of
from backend.services import callees, changes, duty, estate, undoing
from bot.contract.text import t

# How homes are called where the clerk has not said otherwise.
LABEL = t("{building}-{unit}-{room}", building=estate.BLANKS[0], unit=estate.BLANKS[1], room=estate.BLANKS[2])
Work = Callable[[Connection], object]


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    desk = Estate(door)
    door.add(router, "GET", "/console/buildings", desk.buildings)
    door.add(router, "POST", "/console/buildings", desk.add_building)
    door.add(router, "POST", "/console/buildings/{key}", desk.warranty)
    door.add(router, "POST", "/console/homes", desk.add_home)
    door.add(router, "POST", "/console/homes/{key}/label", desk.label)
    door.add(router, "POST", "/console/homes/{key}/remove", desk.drop_home)
    door.add(router, "GET", "/console/duty", desk.phones)
    door.add(router, "POST", "/console/duty", desk.add_phone)
    door.add(router, "POST", "/console/duty/{key}", desk.change_phone)
    door.add(router, "POST", "/console/duty/{key}/up", desk.raise_phone)
    door.add(router, "POST", "/console/duty/{key}/remove", desk.drop_phone)
    door.add(router, "POST", "/console/contacts/{key}/up", desk.raise_contact)
    return router


class Estate:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def buildings(self, visit: Visit) -> Response:
        def work(connection: Connection) -> dict[str, Any]:
            return {
                "rows": estate.buildings(connection, visit.community),
                "changes": told(visit, changes.latest(connection, visit.community, undoing.ESTATE)),
            }

        known = await self._parts.db.read(work)
        return self._pages.show(visit, "buildings.html", **known, label=LABEL, **await banner_of(visit))

    async def add_building(self, visit: Visit) -> Response:
        form = visit.given("number", "units", "floors", "rooms", "label", "warranty?")
        until, who = day_of(form["warranty"], "/warranty") if form["warranty"] else None, visit.actor
        return await self._do(visit, lambda c: estate.put_building(c, who, form, until), "/console/buildings")

    async def warranty(self, visit: Visit) -> Response:
        (text,) = visit.fields("warranty?")
        until, key, who = day_of(text, "/warranty") if text else None, visit.number("key"), visit.actor
        return await self._do(visit, lambda c: estate.set_warranty(c, who, key, until), "/console/buildings")

    async def add_home(self, visit: Visit) -> Response:
        form, who = visit.given("building", "unit?", "room", "label?"), visit.actor
        return await self._do(visit, lambda c: estate.put_home(c, who, form), "/console/homes")

    async def label(self, visit: Visit) -> Response:
        (label,) = visit.fields("label")
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: estate.name_home(c, who, key, label), f"/console/homes/{key}")

    async def drop_home(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: estate.drop_home(c, who, key), "/console/homes")

    async def phones(self, visit: Visit) -> Response:
        def work(connection: Connection) -> dict[str, Any]:
            community = visit.community
            return {
                "rows": callees.phones(connection, community),
                "watched": duty.watched(connection, community, visit.real),
                "changes": told(visit, changes.latest(connection, community, undoing.PHONES)),
            }

        known: dict[str, Any] = {"masked": looks.masked, "valid": duty.DRILL_VALID, "now": visit.real}
        known |= await self._parts.db.read(work)
        return self._pages.show(visit, "duty.html", **known, **await banner_of(visit))

    async def add_phone(self, visit: Visit) -> Response:
        form, who = visit.given("name", "phone"), visit.actor
        return await self._do(visit, lambda c: callees.put(c, who, None, form), "/console/duty")

    async def change_phone(self, visit: Visit) -> Response:
        form, key, who = visit.given("name", "phone?"), visit.number("key"), visit.actor
        return await self._do(visit, lambda c: callees.put(c, who, key, form), "/console/duty")

    async def raise_phone(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: callees.raise_phone(c, who, key), "/console/duty")

    async def drop_phone(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: callees.drop(c, who, key), "/console/duty")

    async def raise_contact(self, visit: Visit) -> Response:
        visit.fields()
        key, who = visit.number("key"), visit.actor
        return await self._do(visit, lambda c: callees.raise_contact(c, who, key), "/console/homes")

    async def _do(self, visit: Visit, work: Work, to: str) -> Response:
        await self._parts.db.write(work)
        return done(visit, to)
