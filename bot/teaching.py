"""Carries runs of the desk's teaching: trains beside the model in use and examines both, one process at a time."""

from __future__ import annotations

import asyncio
import logging

from backend.db import Record
from backend.services.teach import lessons, runs
from bot.contract.errors import Refused, Unavailable
from bot.desk import Desk
from bot.school import School

log = logging.getLogger("linli.teaching")

# Without a ring; a run that a dead process left behind is found by this, too.
LOOK_SECONDS = 30.0


async def run(desk: Desk, school: School, node: str, stop: asyncio.Event) -> None:
    """Until `stop` is set."""
    ending = asyncio.create_task(stop.wait())
    try:
        with desk.db.bell.listen(runs.TOPIC) as ear:
            while not stop.is_set():
                working = asyncio.create_task(_next(desk, school, node))
                await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
                if not working.done():
                    working.cancel()
                    await asyncio.wait({working})
                    break
                if not working.result():
                    heard = asyncio.create_task(ear.wait(LOOK_SECONDS))
                    await asyncio.wait({heard, ending}, return_when=asyncio.FIRST_COMPLETED)
                    heard.cancel()
    finally:
        ending.cancel()


async def _next(desk: Desk, school: School, node: str) -> bool:
    """One run from its claim to its end; False when there is none, or the database is away."""
    try:
        # Looked at first: where there is nothing to do, nobody who writes is kept waiting.
        if await desk.db.read(lambda c: runs.pending(c, desk.clock.real())) is None:
            return False
        found = await desk.db.write(lambda c: runs.claim(c, node, desk.clock.real()))
        if found is None:
            return False
        await _carry(desk, school, node, found)
    except Unavailable as error:
        log.warning("put off: %s", error.reason)
        return False
    return True


async def _carry(desk: Desk, school: School, node: str, found: Record) -> None:
    """What goes wrong in training is the run's end, not ours."""
    clock, key = desk.clock, found.id
    rows = await desk.db.read(lambda c: lessons.taught(c, found.community_id, key))
    base, figures = "", None
    try:
        base = await asyncio.to_thread(school.lay_out, key, found.community_id, rows)
        async for told in school.train(key):
            figures = told.get("figures", figures)
            step, done = str(told.get("step", "examining")), int(told.get("done", 99))
            if not await desk.db.write(lambda c: runs.tell(c, key, node, step, done, clock.real())):  # noqa: B023 - awaited at once
                return
    except (RuntimeError, OSError, ValueError, Refused) as error:
        log.error("a run came to nothing", exc_info=error)
        figures = None
    await desk.db.write(lambda c: runs.finish(c, key, node, base, figures, clock.real()))
