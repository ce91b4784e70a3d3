"""200 deliveries a second to 20 endpoints, of which two are dead and one hangs: `python -m tests.load.endpoints`.

Two servers, one whose endpoints are all well and one with those three, have their events in turns of a few seconds:
whatever else the machine does, it does to both. Ends with 1 when the 95th of a hundred deliveries to a healthy endpoint
beside the three takes more than 2 s, or more than 1.2 times as long as where all are well.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from backend import instant
from tests.fakes.receiver import Receiver
from tests.load.deliveries import call, waiting
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served

ENDPOINTS, DEAD, HANGS = 20, 2, 1
MOST_SECONDS, MOST_RATIO = 2.0, 1.2
TURN_SECONDS, PAUSE_SECONDS = 3.0, 0.5
LAMP = {"details": "The lamp is out", "where": "Gate 3", "category": "public_area"}


@dataclass
class Side:
    """A server, and its endpoints that are well; turns: deliveries asked for a second, in each of its turns."""

    server: Server
    well: Receiver
    left: int
    turns: list[float] = field(default_factory=list)

    def turn(self, a_second: int) -> None:
        began, every = time.monotonic(), ENDPOINTS / a_second
        events = int(TURN_SECONDS / every)
        for n in range(events):
            time.sleep(max(0.0, began + n * every - time.monotonic()))
            call(self.server, "/api/v1/cases", LAMP)
        self.turns.append(ENDPOINTS * events / (time.monotonic() - began))

    def drain(self, events: int) -> None:
        """What waits for the bad ones stays."""
        ended = time.monotonic()
        while waiting(self.server) > self.left * events and time.monotonic() - ended < 60:
            time.sleep(0.05)

    def told(self) -> dict[str, float]:
        """Seconds from what happened to its arrival."""
        started = instant.now().timestamp() - time.monotonic()
        calls = [(one.at + started, one.json["timestamp"]) for one in self.well.calls]
        cut = statistics.quantiles([at - datetime.fromisoformat(then).timestamp() for at, then in calls], n=20)
        return {"a_second": statistics.mean(self.turns), "healthy": len(calls), "p50": cut[9], "p95": cut[18]}


def _side(stack: ExitStack, dead: int, hangs: int) -> Side:
    well, gone, slow = Receiver(), Receiver(), Receiver()
    gone.down()
    slow.delay = 3_600.0
    for one in (well, gone, slow):
        stack.callback(one.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-endpoints-")))
    copy_model(ROOT / "data" / "model", folder / "model")
    server = stack.enter_context(served(PRODUCT, folder, "linli.db"))
    whose = [gone] * dead + [slow] * hangs + [well] * (ENDPOINTS - dead - hangs)
    for n, one in enumerate(whose):
        call(server, "/api/v1/webhooks", {"url": one.url(f"/{n}"), "events": ["case.created"]})
    return Side(server, well, dead + hangs)


def measure(seconds: float, a_second: int) -> dict[str, dict[str, float]]:
    """seconds: of load on each side."""
    with ExitStack() as stack:
        calm, bad = _side(stack, 0, 0), _side(stack, DEAD, HANGS)
        turns = max(1, round(seconds / TURN_SECONDS))
        for number in range(turns):
            # Who comes first changes.
            for side in (calm, bad)[:: 1 if number % 2 else -1]:
                side.turn(a_second)
                time.sleep(PAUSE_SECONDS)
        for side in (calm, bad):
            side.drain(turns * int(TURN_SECONDS * a_second / ENDPOINTS))
        return {"all well": calm.told(), "three bad": bad.told()}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.endpoints", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="of load on each side")
    parser.add_argument("--rate", type=int, default=200, help="deliveries a second")
    parsed = parser.parse_args(arguments)
    found = measure(parsed.seconds, parsed.rate)
    beside, ratio = found["three bad"]["p95"], found["three bad"]["p95"] / found["all well"]["p95"]
    shown = {name: {k: round(v, 3) for k, v in one.items()} for name, one in found.items()}
    print(json.dumps({**shown, "ratio": round(ratio, 2), "load": round(os.getloadavg()[0], 1)}, indent=2))
    return int(beside > MOST_SECONDS or ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
