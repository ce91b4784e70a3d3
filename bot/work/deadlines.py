"""Looks every few seconds whether a deadline of a case has passed; of all processes that look, one tells."""

from __future__ import annotations

import asyncio
import logging

from backend.services import lateness
from bot.contract.errors import Unavailable
from bot.work.tools import Tools

log = logging.getLogger("linli.deadlines")

EVERY_SECONDS = 10.0


async def watch(tools: Tools) -> None:
    """Until cancelled; what is late already when this begins is told at once."""
    while True:
        try:
            told = True
            while told:
                told = await _tell(tools)
        except Unavailable as error:
            log.warning("deadlines could not be looked at: %s", error.reason)
        await asyncio.sleep(EVERY_SECONDS)


async def _tell(tools: Tools) -> bool:
    """Looked at first by a reader: nothing is written while nothing is late."""
    now, real = tools.clock.now(), tools.clock.real()
    if not await tools.db.read(lambda c: lateness.is_any(c, now)):
        return False
    return bool(await tools.db.write(lambda c: lateness.tell(c, now, real)))
