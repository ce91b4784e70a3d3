"""200 deliveries a second to 20 endpoints, of which two are dead and one hangs: `python -m tests.load.endpoints`.

First with all of them well, then with those three, on one server each; ends with 1 when the 95th of a hundred
deliveries to a healthy one takes more than 2 s, or more than 1.2 times as long as when all are well.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from backend import instant
from tests.fakes.receiver import Receiver
from tests.load.deliveries import call, waiting
from tests.load.process import PRODUCT, ROOT, copy_model, served

ENDPOINTS, DEAD, HANGS = 20, 2, 1
MOST_SECONDS, MOST_RATIO = 2.0, 1.2
LAMP = {"details": "The lamp is out", "where": "Gate 3", "category": "public_area"}


def measure(seconds: float, a_second: int, dead: int, hangs: int) -> dict[str, float]:
    """Seconds from what happened to its arrival at a healthy endpoint."""
    receiver, gone, slow = Receiver(), Receiver(), Receiver()
    gone.down()
    slow.delay = 3_600.0
    whose = [gone] * dead + [slow] * hangs + [receiver] * (ENDPOINTS - dead - hangs)
    started = instant.now().timestamp() - time.monotonic()
    with tempfile.TemporaryDirectory(prefix="linli-endpoints-") as made:
        folder = Path(made)
        copy_model(ROOT / "data" / "model", folder / "model")
        try:
            with served(PRODUCT, folder, "linli.db") as server:
                for n, one in enumerate(whose):
                    call(server, "/api/v1/webhooks", {"url": one.url(f"/{n}"), "events": ["case.created"]})
                began, every = time.monotonic(), ENDPOINTS / a_second
                for n in range(int(seconds / every)):
                    time.sleep(max(0.0, began + n * every - time.monotonic()))
                    call(server, "/api/v1/cases", LAMP)
                took = time.monotonic() - began
                ended = time.monotonic()
                while waiting(server) > (dead + hangs) * seconds / every and time.monotonic() - ended < 60:
                    time.sleep(0.05)
        finally:
            for one in (receiver, gone, slow):
                one.close()
    waits = [one.at + started - datetime.fromisoformat(one.json["timestamp"]).timestamp() for one in receiver.calls]
    cut = statistics.quantiles(waits, n=20)
    return {"a_second": ENDPOINTS * int(seconds / every) / took, "healthy": len(waits), "p50": cut[9], "p95": cut[18]}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.endpoints", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=200, help="deliveries a second")
    parsed = parser.parse_args(arguments)
    well = measure(parsed.seconds, parsed.rate, 0, 0)
    bad = measure(parsed.seconds, parsed.rate, DEAD, HANGS)
    ratio = bad["p95"] / well["p95"]
    shown = {name: {k: round(v, 3) for k, v in one.items()} for name, one in (("all well", well), ("three bad", bad))}
    print(json.dumps({**shown, "ratio": round(ratio, 2)}, indent=2))
    return int(bad["p95"] > MOST_SECONDS or ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
