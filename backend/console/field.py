"""The page of somebody who works on one case without an account: a link, a phone, and what they need for the work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import Connection

from backend.console import pictures
from backend.console.case_words import titled
from backend.console.door import Door
from backend.console.visit import Visit
from backend.db import Record
from backend.media import LIMIT
from backend.services import case_board, cases
from backend.services.casework import costs, links, photos, visits
from backend.services.states import OPEN
from bot.contract.body import body_of
from bot.contract.errors import Refused
from bot.contract.text import t

COOKIE = "linli_field"
Act = Callable[[Connection, Record, Record], None]
STEPS = ("on_way", "arrived", "no_access", "parts", "done")


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    field = Field(door)
    door.add(router, "GET", "/field/{word}", field.show)
    door.add(router, "GET", "/field/{word}/photos/{key}", field.picture)
    for name in ("open", "step", "cost", "photo", "phone"):
        door.add(router, "POST", f"/field/{{word}}/{name}", getattr(field, name))
    return router


class Field:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def show(self, visit: Visit) -> Response:
        """Before it is opened, only a button: whoever previews a link must not use it up."""
        word, device = visit.path("word"), _device(visit)

        def work(connection: Connection) -> tuple[Record, Record | None, dict[str, Any]]:
            row = links.look(connection, word, visit.real)
            if not links.is_on(row, device):
                return row, None, {}
            found = case_board.one(connection, row.community_id, cases.one(connection, row.case_id).number)
            return row, found, _known(connection, found)

        row, found, known = await self._parts.db.read(work)
        here = replace(visit, estate=row.community_id)
        if found is None:
            taken = row.device is not None
            return self._pages.show(here, "field_closed.html", status=403 if taken else 200, word=word, taken=taken)
        known |= {"case": found, "link": row, "title": titled(found), "word": word, "is_open": found.state in OPEN}
        return self._pages.show(here, "field.html", **known)

    async def open(self, visit: Visit) -> Response:
        """From now on it is good on this phone only."""
        visit.fields()
        word = visit.path("word")

        def work(connection: Connection) -> tuple[str, int]:
            row = links.look(connection, word, visit.real)
            device = links.bind(connection, row, visit.now, visit.real)
            return device, int((row.expires_at - visit.real).total_seconds())

        device, lasts = await self._parts.db.write(work)
        answer = _back(word)
        answer.set_cookie(
            f"{COOKIE}_{links.digest(word)[:12]}",
            device,
            max_age=lasts,
            path="/field",
            secure=self._parts.secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    async def step(self, visit: Visit) -> Response:
        """on_way, arrived, no_access, parts, done; words: for colleagues, or the reason that the resident reads."""
        what, words = visit.fields("what", "words?")
        if what not in STEPS:
            raise Refused("no such step", pointer="/what")

        def act(connection: Connection, row: Record, found: Record) -> None:
            if what == "on_way":
                visits.on_way(connection, found, row.who, visit.now, visit.real)
            elif what == "arrived":
                visits.arrived(connection, found, row.who, visit.now, visit.real)
            else:
                visits.end(connection, found, what, words[:1000], row.who, visit.now, visit.real)
            if what == "done":
                links.done(connection, row, visit.real)

        await self._do(visit, act)
        return self._pages.show(visit, "field_done.html") if what == "done" else _back(visit.path("word"))

    async def cost(self, visit: Visit) -> Response:
        """What was used; its price is the desk's to say."""
        name, quantity = visit.fields("name", "quantity?")
        await self._do(visit, lambda c, row, found: costs.add(c, found, "part", name, quantity, "", row.who, visit.now))
        return _back(visit.path("word"))

    async def photo(self, visit: Visit) -> Response:
        """The picture itself as body; looked at and written anew like any other."""
        word, device = visit.path("word"), _device(visit)
        _, found = await self._parts.db.read(lambda c: links.entered(c, word, device, visit.real))
        content = await body_of(visit.request, LIMIT)
        kept = await asyncio.to_thread(self._parts.media.keep, content, f"case:{found.id}")
        await self._do(visit, lambda c, row, case: photos.add(c, case, kept.key, row.who, visit.now))
        return Response(status_code=204)

    async def picture(self, visit: Visit) -> Response:
        word, device, key = visit.path("word"), _device(visit), visit.path("key")

        def look(connection: Connection) -> tuple[str, str]:
            _, found = links.entered(connection, word, device, visit.real)
            return photos.shown(connection, found, key)

        shown, owner = await self._parts.db.read(look)
        return await pictures.answer(self._parts, shown, owner)

    async def phone(self, visit: Visit) -> Response:
        visit.fields()
        word, device = visit.path("word"), _device(visit)

        def work(connection: Connection) -> str:
            row, found = links.entered(connection, word, device, visit.real)
            return links.phone_of(connection, row, found, visit.real)

        return JSONResponse({"phone": await self._parts.db.write(work)}, headers={"Cache-Control": "no-store"})

    async def _do(self, visit: Visit, act: Act) -> None:
        """One step on the case, while the link is good on this phone and the case runs."""
        word, device = visit.path("word"), _device(visit)

        def work(connection: Connection) -> None:
            row, found = links.entered(connection, word, device, visit.real)
            if found.state not in OPEN:
                raise Refused("it is closed", t("This case is closed. Thank you."), status=409)
            act(connection, row, found)

        await self._parts.db.write(work)


def _known(connection: Connection, found: Record) -> dict[str, Any]:
    return {
        "photos": photos.of(connection, found),
        "going": visits.running(connection, found.id),
        "costs": costs.of(connection, found.id),
    }


def _device(visit: Visit) -> str:
    return visit.request.cookies.get(f"{COOKIE}_{links.digest(visit.path('word'))[:12]}", "")


def _back(word: str) -> RedirectResponse:
    return RedirectResponse(f"/field/{word}", status_code=303, headers={"Cache-Control": "no-store"})
