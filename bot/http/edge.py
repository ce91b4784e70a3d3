"""What every answer of the API bears: its tag, only the fields that were asked for, and how much may still be asked."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.api.asking import OURS
from backend.api.document import FIELDS_LONGEST, PART
from backend.api.tags import marked, names, tag
from bot.http.problems import Problem, problem

EVENTS = f"{OURS}/events"
MINUTE = 60.0
LISTED = b'{"items":'
Headers = list[tuple[bytes, bytes]]


class Edge:
    """Plain ASGI around the routes of the API. per_minute: requests of one key, counted in this process."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._most = per_minute
        self._window = 0.0
        self._asked: dict[bytes, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{OURS}/"):
            await self._app(scope, receive, send)
            return
        limits, left = self._count(scope)
        if left < 0:
            wait = dict(limits)[b"ratelimit-reset"].decode()
            crowded = problem(429, "so many requests a minute are too many", headers={"Retry-After": wait})
            await _bearing(crowded, limits)(scope, receive, send)
            return
        if scope["method"] == "GET":
            await self._app(scope, receive, _Read(scope, receive, send, limits))
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *limits]}
            await send(message)

        await self._app(scope, receive, answer)

    def _count(self, scope: Scope) -> tuple[Headers, int]:
        """Headers that say what is left, and how much that is; below nothing is too much."""
        now = time.monotonic()
        if now - self._window >= MINUTE:
            self._window = now
            self._asked.clear()
        key = hashlib.sha256(_header(scope, b"authorization")).digest()
        if scope["path"] == EVENTS and scope["method"] == "POST":
            # Somebody's pull cord may be among them: whatever else this key asks leaves them their whole minute.
            key += b"events"
        count = self._asked[key] = self._asked.get(key, 0) + 1
        reset = max(1, round(self._window + MINUTE - now))
        told = (("limit", self._most), ("remaining", max(0, self._most - count)), ("reset", reset))
        return [(f"ratelimit-{name}".encode(), str(value).encode()) for name, value in told], self._most - count


class _Read:
    """The answer to a GET, held back until it is whole."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limits: Headers) -> None:
        self._scope, self._receive, self._send, self._limits = scope, receive, send, limits
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        status, headers = self._start["status"], [*self._start["headers"], *self._limits]
        if status != 200 or not dict(self._start["headers"]).get(b"content-type", b"").startswith(b"application/json"):
            await self._give(status, headers, self._body)
            return
        wanted = parse_qs(self._scope["query_string"].decode("latin-1")).get("fields", [""])[-1]
        # Nobody changes a list as they saw it: its bytes are tag enough, and it is long.
        listed = self._body.startswith(LISTED)
        whole = None if listed and not wanted else json.loads(self._body)
        mark = marked(self._body) if listed else tag(whole)
        headers.append((b"etag", mark.encode()))
        part = _part(whole, wanted) if wanted else whole
        if isinstance(part, Problem):
            await _bearing(part, self._limits)(self._scope, self._receive, self._send)
            return
        if names(_header(self._scope, b"if-none-match").decode("latin-1"), mark):
            kept = [pair for pair in headers if pair[0] not in (b"content-length", b"content-type")]
            await self._give(304, kept, b"")
            return
        if part is whole:
            await self._give(status, headers, self._body)
            return
        body = json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()
        replaced = {b"content-length": str(len(body)).encode(), b"content-type": PART.encode()}
        await self._give(status, [(name, replaced.get(name, value)) for name, value in headers], body)

    async def _give(self, status: int, headers: Headers, body: bytes) -> None:
        await self._send({**self._start, "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _part(whole: Any, asked: str) -> Any:
    """Of a thing, or of each in a list, these fields; a problem for a name that none of them has."""
    wanted = [name.strip() for name in asked.split(",")]
    listed = whole["items"] if isinstance(whole, dict) and "items" in whole else whole
    things = listed if isinstance(listed, list) else [listed]
    missing = [name for name in wanted if things and name not in things[0]]
    if missing or len(asked) > FIELDS_LONGEST:
        text = f"there is no field {missing[0][:60]}" if missing else "too many fields"
        return problem(422, text, errors=[{"pointer": "/fields", "detail": text}])
    parts = [{name: thing[name] for name in wanted} for thing in things]
    if listed is whole:
        return parts if isinstance(whole, list) else parts[0]
    return {**whole, "items": parts}


def _bearing(response: Problem, limits: Headers) -> Problem:
    response.raw_headers.extend(limits)
    return response


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for known, value in scope["headers"] if known == name), b"")
