"""A request brings its line along: whoever answers sees at once, and without the event loop, who has hung up."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from bot.commands.serve import protocol
from bot.contract.line import line_of


@pytest.mark.parametrize("cut", [False, True], ids=["waits", "has hung up"])
def test_who_waits_is_known_while_the_request_is_answered(cut: bool) -> None:
    ours, theirs = socket.socketpair()
    seen: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        line = line_of(scope)
        assert line is not None
        seen.append(line.is_cut())
        if cut:
            theirs.close()
        seen.append(line.is_cut())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    made: Any = protocol()

    async def served() -> None:
        config = uvicorn.Config(app, http=made, ws="none", log_config=None, lifespan="off")
        theirs.send(b"GET / HTTP/1.1\r\nHost: linli\r\nConnection: close\r\n\r\n")
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: made(config, ServerState(), {}), sock=ours)
        async with asyncio.timeout(30):
            while not transport.is_closing():
                await asyncio.sleep(0)

    asyncio.run(served())
    theirs.close()
    assert seen == [False, cut]


def test_a_server_that_does_not_tell_has_no_line() -> None:
    assert line_of({"type": "http"}) is None
