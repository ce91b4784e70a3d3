"""What is new, told to every open tab: a stream that carries keys only, woken by the database, never by a browser.

A tab reads again whatever the keys name. A lost notice costs at most the seconds until the next look, never an event.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Connection

from backend import wake
from backend.console.door import COOKIE, Door
from backend.console.parts import Parts
from backend.console.visit import Visit
from backend.db import Record
from backend.services import desk_news, inbox_counts, lateness, mentions
from backend.services.desk_news import Seen
from backend.services.sign_in import posts, sessions
from backend.services.sign_in.posts import Post
from backend.services.sign_in.sessions import OPEN, SECOND
from bot.contract.errors import Unavailable

# Without a ring: how often the database is looked at, and how often it is seen to that the session still stands.
LOOK_SECONDS = 4.0
# Rings that follow each other so closely are one look.
GATHER_SECONDS = 0.1
PING_SECONDS = 15.0
# How old a stream's knowledge of its session may be.
CHECK_SECONDS = 3.0
GONE = "gone"
STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
CLOSE = "bye"
BYE, PING = "event: bye\ndata: signed out\n\n", "event: ping\ndata: -\n\n"
_ELSEWHERE = 'event: news\ndata: {"alarms":["elsewhere"]}\n\n'


@dataclass(slots=True)
class Watch:
    """One community: who listens, and what they were told of."""

    seen: Seen
    # Each with whether it is of a tab at another desk, which is told of alarms alone.
    tabs: dict[asyncio.Queue[str], bool] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    def tell(self, news: str) -> None:
        for tab, is_elsewhere in self.tabs.items():
            if not is_elsewhere:
                tab.put_nowait(news)
            elif '"alarms"' in news:
                tab.put_nowait(_ELSEWHERE)


class Hub:
    """One look at the database serves every tab of a process; it begins with the first and ends with the last."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._watches: dict[str, Watch] = {}
        self.closing = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def close(self) -> None:
        """The server stops: every stream ends by itself, and the browsers come back to whoever serves next."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close)

    def _close(self) -> None:
        self.closing.set()
        for watch in self._watches.values():
            watch.tell(CLOSE)

    @contextmanager
    def tab(self, community: str, *others: str) -> Any:
        """others: communities whose alarms are to be heard here as well."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str] = asyncio.Queue()
        watched = [self._watches.setdefault(one, Watch(Seen())) for one in (community, *others)]
        for one, watch in zip((community, *others), watched, strict=True):
            watch.tabs[queue] = one != community
            if watch.task is None or watch.task.done():
                watch.task = asyncio.create_task(self._look(one, watch))
        try:
            yield queue
        finally:
            for watch in watched:
                watch.tabs.pop(queue, None)

    async def lines(
        self, tab: asyncio.Queue[str], check: Callable[[], Awaitable[str]], shown: Callable[[str], str]
    ) -> AsyncIterator[str]:
        """What a page is told until it may hear no more, or the server stops. check: asked every few seconds, however
        much there is to tell; shown: what of the news this page hears. A page that hears nothing is told that its line
        is alive: by an event, for no page hears a comment."""
        checked = spoke = time.monotonic()
        while not self.closing.is_set():
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    told = await tab.get()
            except TimeoutError:
                told = ""
            if told == CLOSE:
                return
            said = ""
            if time.monotonic() - checked >= CHECK_SECONDS:
                checked, said = time.monotonic(), await check()
            if said == BYE:
                yield said
                return
            said += shown(told)
            if not said and time.monotonic() - spoke >= PING_SECONDS:
                said = PING
            if said:
                spoke = time.monotonic()
                yield said

    async def _look(self, community: str, watch: Watch) -> None:
        prefix = f"{wake.ANSWERING}{community}:"
        loop = asyncio.get_running_loop()

        def hear(topic: str) -> None:
            """From any thread: a resident is writing."""
            if topic.startswith(prefix) and not loop.is_closed():
                loop.call_soon_threadsafe(watch.tell, f'event: news\ndata: {{"writes":[{topic[len(prefix) :]}]}}\n\n')

        bell = self.parts.db.bell
        bell.overhear(hear, on=True)
        try:
            await self._look_on(community, watch)
        finally:
            bell.overhear(hear, on=False)

    async def _look_on(self, community: str, watch: Watch) -> None:
        with self.parts.db.bell.listen(wake.desk(community)) as ear:
            watch.seen = await self._read(community, Seen()) or watch.seen
            while watch.tabs and not self.closing.is_set():
                await ear.wait(LOOK_SECONDS)
                found = await self._read(community, watch.seen)
                if found is not None and (told := found.since(watch.seen)):
                    watch.tell(f"event: news\ndata: {json.dumps(told, separators=(',', ':'))}\n\n")
                watch.seen = found or watch.seen
                await asyncio.sleep(GATHER_SECONDS)

    async def _read(self, community: str, seen: Seen) -> Seen | None:
        """None while the database is away: the next look tells what this one missed."""
        try:
            return await self.parts.db.read(lambda c: desk_news.look(c, community, seen))
        except Unavailable:
            return None


def routes(door: Door, hub: Hub) -> APIRouter:
    router = APIRouter()
    stream = Stream(door, hub)
    door.add(router, "GET", "/console/live", stream.open)
    door.add(router, "GET", "/console/live/banner", stream.banner)
    door.add(router, "POST", "/console/live/here", stream.here)
    door.add(router, "POST", "/console/live/sound", stream.sound)
    return router


class Stream:
    def __init__(self, door: Door, hub: Hub) -> None:
        self._pages = door.pages
        self._parts = door.parts
        self._hub = hub

    async def open(self, visit: Visit) -> Response:
        token = visit.request.cookies.get(COOKIE, "")
        return StreamingResponse(self._told(visit, token), headers=STREAM, media_type="text/event-stream")

    async def _told(self, visit: Visit, token: str) -> AsyncIterator[str]:
        """Until the tab is closed, the session ends, or the server stops."""
        stage = visit.who.stage

        async def check() -> str:
            nonlocal stage
            before, stage = stage, await self._stage(token, visit)
            if stage == GONE:
                return BYE
            return f"event: stage\ndata: {stage}\n\n" if stage != before else ""

        others = await self._parts.db.read(lambda c: elsewhere_in(c, visit))
        with self._hub.tab(visit.community, *(one.community for one in others)) as tab:
            yield f"retry: 1000\nevent: hello\ndata: {stage}\n\n"
            async for line in self._hub.lines(tab, check, lambda told: told if stage == OPEN else _alarms_only(told)):
                yield line

    async def _stage(self, token: str, visit: Visit) -> str:
        """Read again each time: a stream never keeps a session alive, nor outlives it."""
        try:
            session = await self._parts.db.read(lambda c: sessions.find(c, token, visit.real))
        except Unavailable:
            return OPEN
        gone = session is None or session.stage == SECOND or session.community != visit.community
        return GONE if gone or session is None else session.stage

    async def banner(self, visit: Visit) -> Response:
        return self._pages.show(visit, "banner.html", **await banner_of(visit))

    async def here(self, visit: Visit) -> Response:
        """Somebody types or moves: the door has written it down."""
        return Response(status_code=204)

    async def sound(self, visit: Visit) -> Response:
        """This screen would sound, or will not any more: whether the duty phone rings at second 0 hangs on it."""
        (on,) = visit.fields("on")
        who, real = visit.who, visit.real
        await self._parts.db.write(lambda c: sessions.sounds(c, who, real, on == "yes"))
        return Response(status_code=204)


def _alarms_only(told: str) -> str:
    return told if '"alarms"' in told else ""


async def banner_of(visit: Visit) -> dict[str, Any]:
    """What stands above every page."""
    return await visit.parts.db.read(lambda c: banner_in(c, visit))


def banner_in(connection: Connection, visit: Visit) -> dict[str, Any]:
    """The same, for whoever reads already."""
    community, who = visit.community, visit.who
    alarms, unread = desk_news.alarms(connection, community), None
    if who.may("talks.see"):
        named, late = mentions.unread(connection, who.staff), lateness.count(connection, who.staff)
        unread = inbox_counts.waiting(connection, community), len(named), late
    return banner_with(visit, alarms, unread, elsewhere_in(connection, visit))


def elsewhere_in(connection: Connection, visit: Visit) -> list[Post]:
    """Their other desks, where they have any: an alarm there must be seen here."""
    return posts.elsewhere(connection, visit.who) if visit.who.several or visit.who.account != visit.who.staff else []


def banner_with(
    visit: Visit, alarms: Sequence[Record], unread: tuple[int, int, int] | None, desks: Sequence[Post]
) -> dict[str, Any]:
    """Open alarms, shown without words or places to whoever may not see them; unread: how many wait, in how many
    conversations one is named, and how many late cases one was told of."""
    return {"alarms": alarms, "shown": visit.who.may("alarms.see"), "unread": unread, "desks": desks}
