"""The duty screen itself: what stands open, as large as it can be, heard at once, and taken charge of by a password."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from sqlalchemy import Connection

from backend.console import looks
from backend.console.door import Door
from backend.console.live import BYE, STREAM, Hub
from backend.console.signing import proved
from backend.console.visit import Visit, bears
from backend.console.words import ALARMS
from backend.db import Record
from backend.services import alarm_desk, audit, desk_news
from backend.services.drills import screen as drills
from backend.services.ladder import plan, reach
from backend.services.sign_in import accounts, screens, tries
from backend.services.sign_in.accounts import WRONG
from backend.services.sign_in.screens import Screen
from backend.services.sign_in.tries import Crowded
from bot.contract.errors import Refused, Unavailable
from bot.contract.text import Text, t

COOKIE, PATH = "linli_screen", "/screen"
_STALE = t("This screen was set up anew. Please load the page again.")
_NEWS = 'event: news\ndata: {"alarms":[]}\n\n'


@dataclass(frozen=True, slots=True)
class Shown:
    """An alarm from across the room: no words of theirs, no name, and of a quiet one not even what it is;
    more: when they said something more, "" where they did not."""

    row: Record
    kind: Text | None
    began: str
    dials: str
    dialled: bool
    arrived: bool
    more: str


def routes(door: Door, hub: Hub) -> APIRouter:
    router = APIRouter()
    device = Device(door, hub)
    door.add(router, "GET", PATH, device.show)
    door.add(router, "GET", f"{PATH}/live", device.live)
    door.add(router, "POST", f"{PATH}/beat", device.beat)
    door.add(router, "POST", f"{PATH}/alarms/{{key}}/take", device.take)
    return router


class Device:
    def __init__(self, door: Door, hub: Hub) -> None:
        self._pages = door.pages
        self._parts = door.parts
        self._hub = hub

    async def show(self, visit: Visit) -> Response:
        def work(connection: Connection) -> tuple[Screen | None, dict[str, Any]]:
            screen = screens.find(connection, _token(visit))
            return screen, {} if screen is None else self._known(connection, screen)

        screen, known = await self._parts.db.read(work)
        if screen is None:
            return _gone() if visit.script else self._pages.show(visit, "screen_none.html", status=401)
        here = replace(visit, estate=screen.community)
        template = "screen_list.html" if visit.part == "list" else "screen.html"
        page = self._pages.show(here, template, screen=screen, **known)
        if not visit.part:
            # Each opening is good for as long as a browser keeps anything.
            keep(page, _token(visit), secure=self._parts.secure)
        return page

    def _known(self, connection: Connection, screen: Screen) -> dict[str, Any]:
        emergency = reach.of(connection, screen.community).emergency
        return {
            "open_alarms": [
                _shown(row, alarm_desk.events(connection, row.id), emergency.get(plan.DIALS.get(row.kind, ""), ""))
                for row in desk_news.alarms(connection, screen.community)
            ]
        }

    async def live(self, visit: Visit) -> Response:
        screen = await self._screen(visit)
        if screen is None:
            return _gone()
        return StreamingResponse(self._told(_token(visit), screen), headers=STREAM, media_type="text/event-stream")

    async def _told(self, token: str, screen: Screen) -> AsyncIterator[str]:
        """That an alarm is news, until the tab is closed, the screen is switched off, or the server stops."""

        async def check() -> str:
            return "" if await self._stands(token) else BYE

        with self._hub.tab(screen.community) as tab:
            yield "retry: 1000\nevent: hello\ndata: screen\n\n"
            async for line in self._hub.lines(tab, check, lambda told: _NEWS if '"alarms"' in told else ""):
                yield line

    async def _stands(self, token: str) -> bool:
        try:
            return await self._parts.db.read(lambda c: screens.find(c, token)) is not None
        except Unavailable:
            return True

    async def beat(self, visit: Visit) -> Response:
        (sounds,) = visit.fields("sounds")
        screen, real = await self._screen(visit, writes=True), visit.real
        if screen is None:
            return _gone()

        def work(connection: Connection) -> None:
            if screens.beat(connection, screen, real, sounds=sounds == "yes"):
                drills.back(connection, screen, real)

        await self._parts.db.write(work)
        return Response(status_code=204)

    async def take(self, visit: Visit) -> Response:
        """Whoever goes says who they are; the screen stays nobody's."""
        login, password = visit.fields("login", "password")
        screen, real, now, key = await self._screen(visit, writes=True), visit.real, visit.now, visit.path("key")
        if screen is None:
            return _gone()
        await self._parts.db.read(lambda c: _patience(c, visit))
        right = await proved(self._parts, login, password)

        def work(connection: Connection) -> bool:
            tries.queue(connection)
            # Again: many at once were all let in to be hashed before the first was counted.
            _patience(connection, visit)
            account = accounts.judge(connection, login, right, "screen", real)
            if account is None:
                tries.count(connection, visit.sender, real)
                return False
            worker = screens.worker(connection, screen.community, account)
            alarm_desk.take(connection, screen.community, key, worker.name, now, real, login=worker.login)
            told = {"screen": screen.name}
            audit.note(connection, screen.community, worker.login, "alarm.taken", f"alarm {key}", real, told)
            return True

        if not await self._parts.db.write(work, urgent=True):
            raise Refused("name or password do not fit", WRONG, status=403)
        return Response(status_code=204)

    async def _screen(self, visit: Visit, *, writes: bool = False) -> Screen | None:
        screen = await self._parts.db.read(lambda c: screens.find(c, _token(visit)))
        if screen is not None and writes and not bears(visit.request, visit.form, screen.csrf):
            raise Refused("this form is not from this screen", _STALE, status=403)
        return screen


def _patience(connection: Connection, visit: Visit) -> None:
    try:
        tries.check(connection, visit.sender, visit.real)
    except Crowded as crowd:
        raise Refused("too many tries", crowd.said(), status=429) from crowd


def _shown(row: Record, events: list[Record], dials: str) -> Shown:
    said = [event.at for event in events if event.name == "said"]
    return Shown(
        row=row,
        kind=None if row.quiet else ALARMS.get(row.kind, ALARMS["plea"]),
        began=alarm_desk.began(row).isoformat(),
        dials="" if row.quiet else dials,
        dialled=alarm_desk.dialled(events) is not None,
        arrived=any(event.name == "arrived" for event in events),
        more=looks.after(said[-1], row.raised_at) if said else "",
    )


def keep(response: Response, token: str, *, secure: bool) -> None:
    lasts = int(screens.LIVES.total_seconds())
    response.set_cookie(COOKIE, token, lasts, path=PATH, httponly=True, samesite="strict", secure=secure)


def _token(visit: Visit) -> str:
    return visit.request.cookies.get(COOKIE, "")


def _gone() -> Response:
    return JSONResponse({"status": 401, "detail": "no duty screen", "go": PATH}, status_code=401)
