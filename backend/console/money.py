"""Money that came by a provider, for the people of the desk: what was paid, what is given back, what does not agree."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit
from backend.services import errands, online, refunds, statements
from backend.services.casework.costs import fen

PAGE = "/console/money"


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    desk = Money(door)
    door.add(router, "GET", PAGE, desk.show)
    door.add(router, "POST", "/console/orders/{number}/refund", desk.give_back)
    door.add(router, "POST", "/console/differences/{key}", desk.settle)
    door.add(router, "POST", "/console/errands/{key}", desk.did)
    return router


class Money:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def show(self, visit: Visit) -> Response:
        community = visit.community

        def work(connection: Connection) -> dict[str, Any]:
            return {
                "errands": errands.open_of(connection, community),
                "paid": online.paid(connection, community),
                "refunds": refunds.of_community(connection, community),
                "open": statements.open_of(connection, community),
                "days": statements.newest(connection, community),
            }

        known = await self._parts.db.read(work)
        words: dict[str, Any] = {
            "kinds": statements.KINDS,
            "states": online.STATES,
            "nonce": lambda: secrets.token_hex(12),
        }
        return self._pages.show(visit, "money.html", **known, **words, **await banner_of(visit))

    async def give_back(self, visit: Visit) -> Response:
        amount, reason, nonce = visit.fields("amount", "reason", "nonce")
        wanted = refunds.Wanted(visit.path("number"), fen(amount, "/amount"), reason, nonce)
        who = visit.actor
        await self._parts.db.write(lambda c: refunds.ask(c, who, wanted))
        return done(visit, PAGE)

    async def settle(self, visit: Visit) -> Response:
        (note,) = visit.fields("note")
        key, who = visit.number("key"), visit.actor
        await self._parts.db.write(lambda c: statements.settle(c, who, key, note))
        return done(visit, PAGE)

    async def did(self, visit: Visit) -> Response:
        (note,) = visit.fields("note")
        key, who = visit.number("key"), visit.actor
        await self._parts.db.write(lambda c: errands.done(c, who, key, note))
        return done(visit, PAGE)
