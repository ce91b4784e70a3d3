"""One line of the socket.io protocol: events in, what is said out; the only module that knows python-socketio."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as Closed

from bot.contract.channel import Ports
from bot.contract.errors import LinliError, NotTheirs, Refused
from bot.contract.messages import Address
from channels.socketio.parse import CHANNEL, parse, session_of
from channels.socketio.render import Json, render

log = logging.getLogger("linli.socketio")


class Line:
    """What each connected client hears by itself, and how what it says is answered."""

    def __init__(self, ports: Ports, server: Any) -> None:
        self._ports, self._server = ports, server
        # Whose community each line speaks to, as its key opened it.
        self._accounts: dict[str, str] = {}
        self._hearing: dict[str, asyncio.Task[None]] = {}

    async def connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        given = auth.get("token") if isinstance(auth, dict) else None
        header = f"Bearer {given}" if isinstance(given, str) else environ.get("HTTP_AUTHORIZATION")
        try:
            self._accounts[sid] = await self._ports.guard(header)
        except NotTheirs as error:
            log.warning("turned away: %s", error.reason)
            raise Closed("a key with the scope messages is needed") from error

    async def session_request(self, sid: str, data: Any = None) -> None:
        try:
            session = session_of(data)
        except Refused as error:
            await self._server.emit("error", {"detail": error.reason}, to=sid)
            return
        await self._server.emit("session_confirm", session, to=sid)
        self._listen(sid, Address(CHANNEL, session, self._accounts[sid]))

    async def user_uttered(self, sid: str, data: Any) -> Json:
        """What is returned goes to clients that ask for a confirmation, when everything was said."""
        try:
            message = parse(data, self._accounts[sid], self._ports.clock.now())
            replies = await self._ports.handle(message)
        except LinliError as error:
            return await self._excuse(sid, error)
        for reply in replies:
            for bubble in render(reply.parts):
                await self._server.emit("bot_uttered", bubble, to=sid)
        self._listen(sid, message.sender)
        return {"status": 200}

    async def _excuse(self, sid: str, error: LinliError) -> Json:
        if error.say is not None:
            words = self._ports.say(error.say, self._ports.language(None))
            await self._server.emit("bot_uttered", {"text": words}, to=sid)
        status = error.status if isinstance(error, Refused) else 503
        return {"status": status, "detail": error.reason if isinstance(error, Refused) else "try again shortly"}

    async def disconnect(self, sid: str, reason: Any = None) -> None:
        self._accounts.pop(sid, None)
        task = self._hearing.pop(sid, None)
        if task is not None:
            task.cancel()

    def _listen(self, sid: str, who: Address) -> None:
        if sid not in self._hearing or self._hearing[sid].done():
            self._hearing[sid] = asyncio.create_task(self._hear(sid, who))

    async def _hear(self, sid: str, who: Address) -> None:
        """What nobody asked for: a person of the desk, news of a case. Answers go where they were asked."""
        try:
            start = (await self._ports.review(who, "")).cursor
            if not start:
                return
            async for talk in self._ports.follow(who, start):
                for line in talk.lines if talk is not None else ():
                    if not line.mine and line.message is None:
                        for bubble in render(line.parts, line.by):
                            await self._server.emit("bot_uttered", bubble, to=sid)
        except LinliError as error:
            log.warning("a line hears nothing by itself: %s", type(error).__name__)


def opened(ports: Ports, account: str, largest: int) -> Any:
    # Origins were looked at before this is reached; what is left of them is told back to the browser.
    origins: Any = list(ports.accounts[account].origins) or None
    server = socketio.AsyncServer(
        async_mode="asgi", cors_allowed_origins=origins, max_http_buffer_size=largest, logger=False
    )
    line = Line(ports, server)
    for name in ("connect", "session_request", "user_uttered", "disconnect"):
        server.on(name, getattr(line, name))
    return socketio.ASGIApp(server, socketio_path="/socket.io")
