"""Leaves alone what is away: after a few failures nobody waits for it, until one try finds it back."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 3
REST = 5.0
LONGEST = 60.0


class Breaker:
    """Closed: all may ask. Open: nobody. Half open, when the rest is over: one may, and decides for all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, failures: int = FAILURES) -> None:
        self._clock = clock
        self._allowed = failures
        self._failures = 0
        self._rest = REST
        self._until: float | None = None
        self._trying = False

    @property
    def state(self) -> str:
        if self._until is None:
            return "closed"
        return "half_open" if self._clock() >= self._until else "open"

    def admits(self) -> bool:
        """Whether this one may ask; it must then say how it went: `good`, `bad`, or `left` when it was broken off."""
        if self._until is None:
            return True
        if self._trying or self._clock() < self._until:
            return False
        self._trying = True
        return True

    def good(self) -> None:
        self._failures, self._rest, self._until, self._trying = 0, REST, None, False

    def bad(self) -> None:
        self._failures += 1
        if self._trying:
            self._rest = min(LONGEST, self._rest * 2)
        if self._trying or self._failures >= self._allowed:
            self._until = self._clock() + self._rest
        self._trying = False

    def left(self) -> None:
        self._trying = False
