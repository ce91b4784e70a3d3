"""Keeps every process at the time of the database that they share, and says when this machine's clock is wrong."""

from __future__ import annotations

import asyncio
import logging
import time

from sqlalchemy import text

from backend import instant
from backend.db import Database, Record
from backend.db.url import is_postgres
from bot.contract.errors import Unavailable
from bot.observe import Metrics

log = logging.getLogger("linli.clock")

EVERY_SECONDS = 20.0
# A slow answer tells the time no better than the clock of this machine.
SLOW_SECONDS = 1.0
# Beyond this vendors and integrators begin to refuse what was signed here.
WRONG_SECONDS = 5.0
_ASK = text("SELECT clock_timestamp() AS instant")


def agree(db: Database, metrics: Metrics) -> float | None:
    """Ask the database for the time; returns how far ahead this machine's clock is, None where nothing was learnt."""
    if not is_postgres(db.url):
        return None
    began = time.monotonic_ns()
    answer: Record = db.read_now(lambda c: c.execute(_ASK).one())
    took = time.monotonic_ns() - began
    if took > SLOW_SECONDS * 1e9:
        return None
    ahead = instant.share(answer.instant, began + took // 2)
    metrics.clock(ahead)
    return ahead


async def keep(db: Database, metrics: Metrics, stop: asyncio.Event) -> None:
    """Until `stop` is set; one line when the clock goes wrong, and one when it is right again."""
    wrong = False
    while not stop.is_set():
        try:
            ahead = await asyncio.to_thread(agree, db, metrics)
        except Unavailable as error:
            log.warning("the database did not tell the time: %s", error.reason)
            ahead = None
        if ahead is not None and (abs(ahead) > WRONG_SECONDS) != wrong:
            wrong = not wrong
            log.warning(
                "this machine's clock is %+.0f s off the database's, whose time is used"
                if wrong
                else "this machine's clock agrees with the database's again (%+.1f s)",
                ahead,
            )
        try:
            async with asyncio.timeout(EVERY_SECONDS):
                await stop.wait()
        except TimeoutError:
            continue
