"""Rasa's socket.io channel: a browser's line that stays open, and what is said to it as soon as it is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from bot.contract.channel import Account, Ports

log = logging.getLogger("linli.socketio")

PATH = "/socket.io/"
# A message is words: what is larger is nobody's.
LARGEST = 64_000
Socket = Callable[[Scope, Receive, Send], Awaitable[None]]


class SocketIo:
    """Clients written for Rasa's `socketio` channel work unchanged."""

    name = "socketio"

    def routes(self, ports: Ports) -> APIRouter:
        router = APIRouter()
        door = Door(ports)
        router.routes.append(Route(PATH, door, methods=["GET", "POST", "OPTIONS"], include_in_schema=False))
        router.routes.append(WebSocketRoute(PATH, door))
        return router


class Door:
    """Lets in whom the account's list names; what speaks the protocol is loaded with the first who comes: 0.9 s."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._talk: Socket | None = None
        self._loading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name, account = next(iter(self._ports.accounts.items()), ("", None))
        if account is None or not _welcome(Headers(scope=scope), account):
            self._ports.turned_away()
            log.warning("a page of another site was turned away", extra={"account": name})
            await _refused(scope, receive, send)
            return
        if scope["type"] == "http" and scope["method"] == "POST" and not _small(Headers(scope=scope)):
            # The library would keep the request waiting for a client that reads no more.
            await JSONResponse({"status": 413, "title": "Too large"}, status_code=413)(scope, receive, send)
            return
        async with self._loading:
            if self._talk is None:
                self._talk = await asyncio.to_thread(_loaded, self._ports, name)
            talk = self._talk
        await talk(scope, receive, send)


def _small(headers: Headers) -> bool:
    """Announced, and no larger than words are."""
    announced = headers.get("content-length", "")
    return announced.isdecimal() and int(announced) <= LARGEST


def _loaded(ports: Ports, name: str) -> Socket:
    from channels.socketio.line import opened

    talk: Socket = opened(ports, name, LARGEST)
    return talk


def _welcome(headers: Headers, account: Account) -> bool:
    """A program names no origin; a page's is its own server's, or on the list."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host") or origin in account.origins


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        # Before it is accepted this is answered as 403.
        await send({"type": "websocket.close", "code": 1008})
        return
    await JSONResponse({"status": 403, "title": "Not allowed"}, status_code=403)(scope, receive, send)


channel = SocketIo()
