"""Beside everybody who waits for the database: after a while, the question whether it is still there."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

# Together with the two seconds that a look may take less than the five in which a resident is to hear of it.
DOUBT_SECONDS = 2.0


class Beating(Protocol):
    def beats(self) -> bool: ...


class Doubt:
    """Cancels what is waited for when there is no pulse; `silent` says afterwards that this was the reason."""

    def __init__(self, pulse: Beating, waiting: asyncio.Future[Any]) -> None:
        self.silent = False
        self._pulse = pulse
        self._waiting = waiting
        self._loop = asyncio.get_running_loop()
        self._asked: asyncio.Future[bool] | None = None
        self._timer = self._loop.call_later(DOUBT_SECONDS, self._ask)

    def _ask(self) -> None:
        self._asked = self._loop.run_in_executor(None, self._pulse.beats)
        self._asked.add_done_callback(self._answered)

    def _answered(self, asked: asyncio.Future[bool]) -> None:
        if asked.cancelled() or self._waiting.done():
            return
        if asked.exception() is None and not asked.result():
            self.silent = True
            self._waiting.cancel()
            return
        self._timer = self._loop.call_later(DOUBT_SECONDS, self._ask)

    def end(self) -> None:
        self._timer.cancel()
        if self._asked is not None:
            self._asked.cancel()
