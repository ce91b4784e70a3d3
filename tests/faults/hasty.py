"""A server that acknowledges before it writes: what the checker must catch, and what the product must never be."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import configure as configuration
from bot.app import build, prepare

LATER_SECONDS = 0.25


class Hasty:
    """Answers every message at once, and hands it on a moment later."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._owed: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        answer = json.dumps([{"recipient_id": "you", "text": "noted"}]).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})
        task = asyncio.create_task(self._later(dict(scope), body))
        self._owed.add(task)
        task.add_done_callback(self._owed.discard)

    async def _later(self, scope: dict[str, Any], body: bytes) -> None:
        await asyncio.sleep(LATER_SECONDS)

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            return None

        await self._app(scope, receive, send)


def main() -> int:
    settings = configuration.load()
    prepare(settings)
    uvicorn.run(Hasty(build(settings)), host=settings.host, port=settings.port, log_config=None, access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
