"""Shows on standard error how far a long command has come, a few times a second at most."""

from __future__ import annotations

import sys
import time

EVERY_SECONDS = 0.5


class Meter:
    """On a terminal one line that changes; elsewhere a line now and then, for a log."""

    def __init__(self) -> None:
        self._eyes = sys.stderr.isatty()
        self._last = time.monotonic()

    def say(self, what: str, done: int, whole: int) -> None:
        """whole: 0 when nobody knows how much there will be."""
        now = time.monotonic()
        if now - self._last < EVERY_SECONDS * (1 if self._eyes else 10):
            return
        self._last = now
        part = f"{done * 100 // whole} % of {whole}" if whole else str(done)
        print(f"\r{what}: {part}\033[K" if self._eyes else f"{what}: {part}", end="" if self._eyes else "\n",
              file=sys.stderr, flush=True)  # fmt: skip

    def end(self, line: str) -> None:
        print(f"\r{line}\033[K" if self._eyes else line, file=sys.stderr, flush=True)
