"""Looks every few seconds whether a duty screen has gone dark; of all processes that look, one tells."""

from __future__ import annotations

import asyncio
import logging

from backend.services.drills import screen
from backend.services.sign_in import screens
from bot.beside import stopped
from bot.contract.errors import Unavailable
from bot.desk import Desk

log = logging.getLogger("linli.screens")

EVERY_SECONDS = 10.0


async def run(desk: Desk, stop: asyncio.Event) -> None:
    """Until `stop` is set. Not at once: after a restart every screen has to find its way back first."""
    if await stopped(stop, screens.DARK.total_seconds()):
        return
    while not await stopped(stop, EVERY_SECONDS):
        try:
            await look(desk)
        except Unavailable as error:
            log.warning("duty screens could not be looked at: %s", error.reason)


async def look(desk: Desk) -> None:
    """Looked at first by a reader: nothing is written while all are there."""
    now, real = desk.clock.now(), desk.clock.real()
    if not await desk.db.read(lambda c: screens.is_any_missed(c, real)):
        return
    for row in await desk.db.write(lambda c: screen.missed(c, now, real)):
        log.critical("a duty screen is %s", row.lost_why, extra={"screen": row.id, "community": row.community_id})
