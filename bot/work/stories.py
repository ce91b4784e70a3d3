"""Carries rows of kind story to the work engine, and keeps watch that no process's stories are lost with it."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backend.db import Record
from backend.services import nodes, stories
from bot.contract.errors import Unavailable
from bot.work.effects import URGENT, decide
from bot.work.tools import Tools

if TYPE_CHECKING:
    from bot.work.engine import Engine

log = logging.getLogger("linli.stories")

# The engine is heavy: it comes after the first answers, not before them.
AFTER_SECONDS = 0.5
AGAIN_SECONDS = 5.0
# Of what nobody of a known name holds; asked less often, for it takes a look at all that waits.
UNKNOWN_EVERY = 10
FORGET_EVERY_SECONDS = 3600.0
KEEP = timedelta(days=7)


class Stories:
    """The carrier of stories; `watch` brings the engine up and looks after other processes' stories."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._engine: Engine | None = None
        self._ready = asyncio.Event()

    async def carry(self, row: Record) -> None:
        if stories.is_due(row.body, self._tools.clock.real()):
            await self._decide(row)
            return
        await self._ready.wait()
        engine = self._engine
        if engine is None:
            raise Unavailable("the work engine has stopped", retry_after=0)
        if "answers" in row.body:
            await asyncio.to_thread(engine.answer, row.body["answers"], f"row-{row.id}")
        else:
            await asyncio.to_thread(engine.start, row.id, row.body)

    async def _decide(self, row: Record) -> None:
        """Its time has come already: the first rung of an alarm waits for no engine, not even for one that starts."""
        tools, kind, data = self._tools, row.body["story"], row.body["data"]
        now, real = tools.clock.now(), tools.clock.real()

        def work(connection: Connection) -> bool:
            return decide(connection, row.id, kind, data, now, real)

        done = await tools.db.write(work, urgent=kind in URGENT)
        tools.metrics.stories.labels(kind, "done" if done else "void").inc()

    async def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            await asyncio.to_thread(engine.close)

    async def watch(self) -> None:
        """Until cancelled: launch, say that this process lives, take over from those that do not."""
        await asyncio.sleep(AFTER_SECONDS)
        await self._beat()
        await self._launch()
        beat = self._tools.dead_after / 5
        turn, forgotten = 0, 0.0
        while True:
            await asyncio.sleep(beat)
            turn += 1
            await self._beat()
            await self._relieve(look_at_all=turn % UNKNOWN_EVERY == 1)
            if turn * beat - forgotten >= FORGET_EVERY_SECONDS:
                forgotten = turn * beat
                await self._forget()

    async def _launch(self) -> None:
        while self._engine is None:
            engine = await asyncio.to_thread(_made, self._tools)
            try:
                await asyncio.to_thread(engine.launch)
            except _troubles() as error:
                log.error("the work engine cannot start: %s", str(error).split("\n")[0])
                await asyncio.to_thread(engine.close)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                self._engine = engine
        self._ready.set()

    async def _beat(self) -> None:
        real = self._tools.clock.real()
        try:
            await self._tools.db.write(lambda c: nodes.beat(c, self._tools.node, real))
        except Unavailable as error:
            log.warning("this process could not say that it lives: %s", error.reason)

    async def _relieve(self, *, look_at_all: bool) -> None:
        """The eldest name that lives takes over from those that do not: one process does it, not all at once."""
        engine, real = self._engine, self._tools.clock.real()
        dead_since = real - timedelta(seconds=self._tools.dead_after)
        try:
            alive, dead = await self._tools.db.read(lambda c: nodes.census(c, dead_since))
            if engine is None or self._tools.node != min(alive, default=""):
                return
            for node in dead:
                moved = await asyncio.to_thread(engine.take_over, alive, only=node)
                log.warning("a process was lost", extra={"node": node, "stories": moved})
                await self._tools.db.write(lambda c, node=node: nodes.bury(c, node, dead_since))  # type: ignore[misc]  # bound now
            if look_at_all:
                await asyncio.to_thread(engine.take_over, alive)
        except _troubles() as error:
            log.warning("stories of lost processes could not be looked for: %s", str(error).split("\n")[0])

    async def _forget(self) -> None:
        engine = self._engine
        if engine is not None:
            real = self._tools.clock.real()
            try:
                await asyncio.to_thread(engine.forget, real - KEEP)
                await self._tools.db.write(lambda c: stories.forget(c, real))
            except _troubles() as error:
                log.warning("old stories could not be forgotten: %s", str(error).split("\n")[0])


def _made(tools: Tools) -> Engine:
    from bot.work.engine import Engine

    return Engine(tools)


def _troubles() -> tuple[type[Exception], ...]:
    """What is raised when the database is away, by us or by the engine."""
    from dbos import error
    from sqlalchemy.exc import SQLAlchemyError

    return (Unavailable, SQLAlchemyError, error.DBOSException)
