"""A conversation followed as it goes on: read again when the database's bell rings for it, told to whoever looks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator

from backend import wake
from backend.db import Record
from backend.services import conversations, tracker
from backend.wake import Ear
from bot import history
from bot.contract.errors import Refused, Unavailable
from bot.contract.messages import Address
from bot.contract.talk import Talk
from bot.desk import Desk

# A ring may be lost: so often it is looked whether anything is new, without reading it.
LOOK_SECONDS = 5.0
# While somebody writes: their silence is seen soon.
WRITING_SECONDS = 2.0
PING_SECONDS = 15.0
# Of one address at one process: tabs of a browser, and then some.
MOST = 8


class Followers:
    """Everybody who follows a conversation at this process; `close` ends them all."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ears: set[Ear] = set()
        self._many: Counter[Address] = Counter()
        self._closing = False

    def close(self) -> None:
        """From any thread: the server stops, and they come back to whoever serves next."""
        self._closing = True
        for ear in list(self._ears):
            ear.ring()

    async def follow(self, who: Address, after: str) -> AsyncIterator[Talk | None]:
        """See `Ports.follow`; `after`: a cursor of `review`."""
        row = await self._desk.db.read(lambda c: conversations.find(c, who))
        if row is None:
            raise Refused("nothing was said here yet", status=404)
        if self._many[who] >= MOST:
            raise Refused("enough others follow this conversation", status=429)
        self._many[who] += 1
        try:
            with self._desk.db.bell.listen(wake.talk(row.id), wake.writing(row.id)) as ear:
                self._ears.add(ear)
                try:
                    async for talk in self._told(row, ear, who, after):
                        yield talk
                finally:
                    self._ears.discard(ear)
        finally:
            self._many[who] -= 1
            if not self._many[who]:
                del self._many[who]

    async def _told(self, row: Record, ear: Ear, who: Address, after: str) -> AsyncIterator[Talk | None]:
        before: tuple[str, bool, bool] | None = None
        talk, cursor, quiet = Talk(), after, time.monotonic()
        fresh = True
        while not self._closing:
            if fresh:
                talk = await self._read(who, cursor) or Talk(cursor=cursor)
                now = (talk.staff, talk.with_staff, talk.writing)
                if talk.lines or now != before:
                    yield talk
                    quiet = time.monotonic()
                before, cursor = now, talk.cursor or cursor
            rung = await ear.wait(WRITING_SECONDS if talk.writing else LOOK_SECONDS)
            fresh = rung or talk.writing or await self._moved(row.id, cursor)
            if not fresh and time.monotonic() - quiet >= PING_SECONDS:
                yield None
                quiet = time.monotonic()

    async def _read(self, who: Address, cursor: str) -> Talk | None:
        """None while the database is away: the next look tells what this one missed."""
        try:
            return await history.read(self._desk, who, cursor)
        except Unavailable:
            return None

    async def _moved(self, conversation: int, cursor: str) -> bool:
        try:
            said, told = await self._desk.db.read(lambda c: tracker.newest(c, conversation))
        except Unavailable:
            return False
        return f"{said}.{told}" != cursor
