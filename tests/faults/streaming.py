"""The product as it is served, with one route beside it that never ends: streams to hold open while it stops."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse

from bot import configure as configuration
from bot.app import build, prepare
from bot.commands.serve import listen


async def _ticks() -> AsyncIterator[bytes]:
    while True:
        yield b": still here\n\n"
        await asyncio.sleep(0.2)


async def stream() -> StreamingResponse:
    return StreamingResponse(_ticks(), media_type="text/event-stream")


def main() -> int:
    settings = configuration.load()
    prepare(settings)
    app = build(settings)
    app.add_api_route("/stream", stream, methods=["GET"])
    listen(app, settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
