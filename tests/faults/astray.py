"""The product on a machine whose clock is wrong: `python -m tests.faults.astray SECONDS` serves so far ahead."""

from __future__ import annotations

import sys
import time


def lead_astray(seconds: float) -> None:
    """Whoever asks this process for the time, other people's libraries too, is told a wrong one."""
    off = int(seconds * 1e9)

    def wrong_ns() -> int:
        return time.clock_gettime_ns(time.CLOCK_REALTIME) + off

    def wrong() -> float:
        return wrong_ns() / 1e9

    for name, told in (("time_ns", wrong_ns), ("time", wrong)):
        setattr(time, name, told)


def main() -> int:
    lead_astray(float(sys.argv[1]))
    # Only now: some keep the function that tells the time when they are imported.
    from bot import configure as configuration
    from bot.app import build, prepare
    from bot.commands.serve import listen
    from bot.logs import start_logging

    settings = configuration.load()
    start_logging(30, "json")
    prepare(settings)
    listen(build(settings), settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
