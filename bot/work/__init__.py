"""What happens later: deliveries and stories, in every process that serves or works, begun after readiness."""

from __future__ import annotations

import asyncio

from bot.beside import keep
from bot.work import deadlines
from bot.work.deliver import Carrier, Courier
from bot.work.stories import Stories
from bot.work.tools import Hop8, Tools

__all__ = ["Hop8", "Tools", "new_courier", "run"]


async def run(tools: Tools, stop: asyncio.Event) -> None:
    """Deliver and wait until `stop` is set; within `serve`'s own life, or alone as a worker."""
    stories = Stories(tools)
    courier = await asyncio.to_thread(new_courier, tools, stories)
    # Both end with the courier: they are cancelled, and need no event.
    watching = [
        asyncio.create_task(keep("stories", lambda _: stories.watch(), stop)),
        asyncio.create_task(keep("deadlines", lambda _: deadlines.watch(tools), stop)),
    ]
    try:
        await courier.run(stop)
    finally:
        for one in watching:
            one.cancel()
        await asyncio.wait(watching)
        await stories.close()


def new_courier(tools: Tools, stories: Carrier | None = None) -> Courier:
    """Its libraries are loaded beside the first requests, never before them."""
    from bot.work.residents import Residents
    from bot.work.webhook import Webhooks

    carriers: dict[str, Carrier] = {name: Residents(tools, hop) for name, hop in tools.senders.items()}
    carriers["webhook"] = Webhooks(tools.clock, loopback=tools.demo)
    if stories is not None:
        carriers["story"] = stories
    return Courier(tools, carriers)
