"""The product with the waits of an alarm's ladder shortened, so that a whole one is seen in seconds; else as it is.

`--forgetful` keeps its waits in memory alone: what a checker of lost rungs must catch.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from backend.db import Record
from backend.services import stories
from backend.services.ladder import plan
from bot import __main__, crew, work
from bot.work.stories import Stories


class Forgetful(Stories):
    """Waits as a program does that was never killed."""

    async def carry(self, row: Record) -> None:
        until = row.body.get("until")
        if until is None or stories.is_due(row.body, self._tools.clock.real()):
            await super().carry(row)
            return
        seconds = (datetime.fromisoformat(until) - self._tools.clock.real()).total_seconds()
        _waiting.add(asyncio.create_task(self._later(row, seconds)))

    async def _later(self, row: Record, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._decide(row)


_waiting: set[asyncio.Task[None]] = set()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.paced")
    parser.add_argument("--pace", type=float, default=1.0, help="0.1 makes six seconds of a minute")
    parser.add_argument("--rounds", type=int, default=plan.ROUNDS, help="of a ladder that nobody answers")
    parser.add_argument("--forgetful", action="store_true")
    given, rest = parser.parse_known_args(arguments)
    plan.RUNGS = tuple(seconds * given.pace for seconds in plan.RUNGS)
    plan.EXHAUSTED_SECONDS *= given.pace
    plan.ROUNDS = given.rounds
    mine = ["--pace", str(given.pace), "--rounds", str(given.rounds), *(["--forgetful"] if given.forgetful else [])]
    crew.again = partial(_again, mine)
    if given.forgetful:
        stories.SHORT = timedelta()
        work.Stories = Forgetful  # type: ignore[attr-defined]  # the control stands in its place
    return __main__.main(["serve", "--quiet", *rest])


def _again(paced: Sequence[str], *words: str) -> list[str]:
    """Each of several processes keeps the same pace as the one that begins them."""
    rest = [word for word in words if word not in ("serve", "--quiet")]
    return [sys.executable, "-m", "tests.load.paced", *paced, *rest]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
