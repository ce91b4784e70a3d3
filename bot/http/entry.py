"""The gate in front of every route: begins a message's trail, refuses what is no request, and counts the answers."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.contract import trail
from bot.contract.body import BODY_LIMIT, too_large
from bot.contract.trail import Trail
from bot.http.problems import problem
from bot.http.route import route_of
from bot.observe import Metrics

log = logging.getLogger("linli.message")

# Residents send photos through their channels, field people on their pages; nobody else sends much.
MEDIA_LIMIT = 8_000_000
CHANNELS = "/channels/"
# A vendor that asks again unless it hears "success" is answered by its own door: that says no to what is announced as
# too large, and counts it.
ANSWERING = "/channels/wechat/"
_MEDIA = (CHANNELS, "/field/")
# So long nothing may come of a body that has begun; whoever holds back the rest holds nobody up.
PIECE_SECONDS = 20.0
# What is counted where the client went before it had an answer; nobody is told.
GONE = 499
Tell = Callable[[Trail, float], None]


class Entry:
    """Plain ASGI: a request passes through here twice, and nothing in between waits for it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, tell: Tell | None = None) -> None:
        self._app = app
        self._metrics = metrics
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        here = trail.begin()
        limit = MEDIA_LIMIT if scope["path"].startswith(_MEDIA) else BODY_LIMIT
        wrong = _wrong(scope, math.inf if scope["path"].startswith(ANSWERING) else limit)
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if wrong is None:
                await self._app(scope, _measured(receive, limit), answer)
            else:
                await problem(*wrong)(scope, receive, answer)
        except ClientDisconnect:
            # Nothing of ours failed: half a request is no fault, and no line of the log for whoever sends many.
            status = GONE
        finally:
            self._gone(scope, here, status)

    def _gone(self, scope: Scope, here: Trail, status: int) -> None:
        ended = time.perf_counter()
        route = route_of(scope)
        self._metrics.responses.labels(route, status).inc()
        if here.answered is None:
            return
        self._metrics.passed("send", here.answered, ended)
        here.facts |= {"route": route, "status": status}
        if log.isEnabledFor(logging.INFO):
            log.info("message", extra={**here.facts, "ms": round((ended - here.began) * 1000, 1)})
        if self._tell is not None:
            self._tell(here, ended)


def _wrong(scope: Scope, limit: float) -> tuple[int, str] | None:
    """Status and words for what no route needs to see."""
    if not _storable(scope.get("raw_path") or b""):
        return 404, "there is nothing of this name"
    if not _storable(scope["query_string"]):
        return 400, "the query has characters that cannot be stored"
    for name, value in scope["headers"]:
        if name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            return 415, "a body is taken as it is, without Content-Encoding"
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            return 413, too_large(int(limit))
    return None


def _storable(part: bytes) -> bool:
    if b"%" not in part:
        return True
    raw = unquote_to_bytes(part)
    try:
        return "\x00" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _measured(receive: Receive, limit: int) -> Receive:
    """A body without an announced length is given up as soon as it is too long, any as soon as nothing more comes."""
    size, whole = 0, False

    async def counted() -> Message:
        nonlocal size, whole
        if whole:
            # What is waited for now is that they go.
            return await receive()
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408) from error
        size, whole = size + len(message.get("body", b"")), not message.get("more_body", False)
        if size > limit:
            raise HTTPException(413)
        return message

    return counted
