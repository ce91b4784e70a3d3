"""What happens later: deliveries and stories, in every process that serves or works, begun after readiness."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

from bot.work import deadlines
from bot.work.deliver import Carrier, Courier
from bot.work.stories import Stories
from bot.work.tools import Hop8, Tools

log = logging.getLogger("linli.work")

__all__ = ["Hop8", "Tools", "new_courier", "run"]


async def run(tools: Tools, stop: asyncio.Event) -> None:
    """Deliver and wait until `stop` is set; within `serve`'s own life, or alone as a worker."""
    stories = Stories(tools)
    courier = await asyncio.to_thread(new_courier, tools, stories)
    watching = [_begun("stories", stories.watch()), _begun("deadlines", deadlines.watch(tools))]
    try:
        await courier.run(stop)
    finally:
        for one in watching:
            one.cancel()
        await asyncio.wait(watching)
        await stories.close()


def _begun(what: str, watch: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """A watch that ends by itself must not end unheard."""

    def heard(ended: asyncio.Task[None]) -> None:
        if not ended.cancelled() and (error := ended.exception()) is not None:
            log.critical("%s are not watched any more", what, exc_info=error)

    begun = asyncio.create_task(watch)
    begun.add_done_callback(heard)
    return begun


def new_courier(tools: Tools, stories: Carrier | None = None) -> Courier:
    """Its libraries are loaded beside the first requests, never before them."""
    from bot.work.residents import Residents
    from bot.work.webhook import Webhooks

    carriers: dict[str, Carrier] = {name: Residents(tools, hop) for name, hop in tools.senders.items()}
    carriers["webhook"] = Webhooks(tools.clock, loopback=tools.demo)
    if stories is not None:
        carriers["story"] = stories
    return Courier(tools, carriers)
