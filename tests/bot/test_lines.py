"""A request brings its line along: whoever answers sees at once, and without the event loop, who has hung up."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from bot.commands.serve import protocol
from bot.contract.line import Line, line_of


def _line(scope: Scope) -> Line:
    found = line_of(scope)
    assert found is not None
    return found


def _served(app: ASGIApp, ours: socket.socket) -> None:
    """As the product is: on the loop that uvicorn takes."""
    made: Any = protocol()

    async def one() -> None:
        config = uvicorn.Config(app, http=made, ws="none", log_config=None, lifespan="off")
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: made(config, ServerState(), {}), sock=ours)
        async with asyncio.timeout(30):
            while not transport.is_closing():
                await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(one())


def _asked() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    theirs.send(b"GET / HTTP/1.1\r\nHost: linli\r\nConnection: close\r\n\r\n")
    theirs.setblocking(False)
    return ours, theirs


async def _answer(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize("cut", [False, True], ids=["waits", "has hung up"])
def test_who_waits_is_known_while_the_request_is_answered(cut: bool) -> None:
    ours, theirs = _asked()
    seen: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        line = _line(scope)
        seen.append(line.is_cut())
        if cut:
            theirs.close()
        seen.append(line.is_cut())
        await _answer(send)

    _served(app, ours)
    theirs.close()
    assert seen == [False, cut]


def test_a_server_that_does_not_tell_has_no_line() -> None:
    assert line_of({"type": "http"}) is None
