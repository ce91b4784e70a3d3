"""Asks a server that is not ours: never longer than told, never more than can be read, not while it is away."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from intents.breaker import Breaker

log = logging.getLogger("linli.intents")

LIMIT = 262_144
T = TypeVar("T")
Count = Callable[[str, str], None]
"""Told of every question: whom it went to, and what became of it."""


class Outside:
    """One address that takes JSON and gives JSON.

    name: for the log and the metric; seconds: for the whole question, however slowly the answer drips;
    count: hears `answered`, `slow`, `unreachable`, `refused`, `unreadable` or `away`.
    """

    def __init__(
        self,
        name: str,
        url: str,
        seconds: float,
        count: Count,
        *,
        headers: Mapping[str, str] | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self.name = name
        self.breaker = breaker or Breaker()
        self._url = url
        self._seconds = seconds
        self._headers = dict(headers or {})
        self._count = count
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._away = False

    async def ask(self, body: Any, read: Callable[[Any], T]) -> T | None:
        """What `read` makes of the answer (it raises `ValueError` for nonsense); None when there is none in time."""
        if not self.breaker.admits():
            self._count(self.name, "away")
            return None
        outcome, found = "", None
        try:
            outcome, found = await self._try(body, read)
        finally:
            if not outcome:
                self.breaker.left()
        self._note(outcome)
        return found

    async def _try(self, body: Any, read: Callable[[Any], T]) -> tuple[str, T | None]:
        client = self._http()
        try:
            async with asyncio.timeout(self._seconds):
                status, content = await self._post(client, body)
            if status != 200:
                return "refused", None
            return "answered", read(json.loads(content))
        except (TimeoutError, httpx.TimeoutException):
            return "slow", None
        except (httpx.HTTPError, httpx.InvalidURL):
            return "unreachable", None
        except (ValueError, RecursionError):
            return "unreadable", None

    async def _post(self, client: httpx.AsyncClient, body: Any) -> tuple[int, bytes]:
        async with client.stream("POST", self._url, json=body) as response:
            content = b""
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > LIMIT:
                    raise ValueError("too long an answer")
            return response.status_code, content

    def _http(self) -> httpx.AsyncClient:
        """Connections belong to the loop they were opened in; a terminal talk has a new loop for every line."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            # No proxies or passwords from the environment: the address is the operator's, as it stands.
            # Certificates take a tenth of a second to load, and plain http needs none.
            secure = self._url.startswith("https:")
            self._client = httpx.AsyncClient(
                timeout=self._seconds, headers=self._headers, trust_env=False, verify=secure
            )
            self._loop = loop
        return self._client

    def _note(self, outcome: str) -> None:
        self._count(self.name, outcome)
        if outcome == "answered":
            self.breaker.good()
            if self._away:
                log.info("%s is back", self.name)
        else:
            self.breaker.bad()
            if not self._away:
                log.warning("%s is away (%s): the embedded engine answers alone", self.name, outcome)
        self._away = outcome != "answered"

    async def close(self) -> None:
        if self._client is not None and self._loop is asyncio.get_running_loop():
            await self._client.aclose()
        self._client = None
