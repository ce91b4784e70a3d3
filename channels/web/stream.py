"""What is new in a conversation, pushed to the page as server-sent events; each bears the cursor to go on from."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any, cast

from fastapi.responses import StreamingResponse

from bot.contract.channel import Ports
from bot.contract.messages import Address
from bot.contract.talk import Talk
from channels.web.render import render

_HEADERS = {"X-Accel-Buffering": "no"}


async def opened(ports: Ports, who: Address, after: str, headers: Mapping[str, str]) -> StreamingResponse:
    """Raises what `follow` refuses before anything is sent."""
    news = cast(Any, ports.follow(who, after))
    first = await anext(news)
    return StreamingResponse(_told(first, news), media_type="text/event-stream", headers={**headers, **_HEADERS})


async def _told(first: Talk | None, news: Any) -> AsyncIterator[str]:
    async with aclosing(news):
        yield event(first)
        async for talk in news:
            yield event(talk)


def event(talk: Talk | None) -> str:
    """An event for a quiet line too: who hears nothing for longer knows that it is dead."""
    if talk is None:
        return "event: ping\ndata: -\n\n"
    name = f"id: {talk.cursor}\n" if talk.cursor else ""
    return f"{name}event: news\ndata: {json.dumps(render(talk), ensure_ascii=False, separators=(',', ':'))}\n\n"
