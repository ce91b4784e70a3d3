"""What a process does beside its requests: a loop that breaks is heard of and begins again, whatever broke it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger("linli.beside")

AGAIN_SECONDS = 5.0
# What is done beside the requests until the event is set.
Later = Callable[[asyncio.Event], Awaitable[None]]


async def stopped(stop: asyncio.Event, seconds: float) -> bool:
    """Whether it was set within so long."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True


async def keep(what: str, begin: Later, stop: asyncio.Event) -> None:
    """Until `stop` is set, or it has ended by itself."""
    while True:
        try:
            await begin(stop)
        except Exception:
            log.exception("%s broke, and begins again", what)
        else:
            return
        if await stopped(stop, AGAIN_SECONDS):
            return


async def turn(what: str, begin: Callable[[], Awaitable[None]]) -> None:
    """One turn of a loop, or one of several things in it: what breaks in it is not the end of the others."""
    try:
        await begin()
    except Exception:
        log.exception("a turn of %s broke", what)
