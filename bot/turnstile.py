"""Keeps one resident's messages in their order while some of them wait for advice from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.contract.messages import Address


class Turnstile:
    """First come, first served, for each address alone; nothing is kept of those who have passed."""

    def __init__(self) -> None:
        self._lines: dict[Address, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, who: Address) -> AsyncIterator[None]:
        lock, waiting = self._lines.get(who, (None, 0))
        lock = lock or asyncio.Lock()
        self._lines[who] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            left = self._lines[who][1] - 1
            if left:
                self._lines[who] = (lock, left)
            else:
                del self._lines[who]
