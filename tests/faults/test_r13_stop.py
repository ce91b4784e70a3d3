"""R13: SIGTERM under load loses nothing and ends within ten seconds, streams and half requests open or not."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.bot.work.station import PATIENCE_SECONDS, until
from tests.faults.crowd import Crowd, crowded
from tests.faults.ledger import audit
from tests.faults.open_lines import HALF, IDLE, STREAM, held
from tests.faults.verdicts import Length, Verdict
from tests.load.process import ROOT, copy_model, free_port, served

STREAMING = ("tests.faults.streaming",)
STOP_SECONDS = 10.0


def _stopped(pid: int) -> float:
    """Seconds from SIGTERM until the process is gone."""
    began = time.perf_counter()
    os.kill(pid, signal.SIGTERM)
    while time.perf_counter() - began < PATIENCE_SECONDS:
        done, _ = os.waitpid(pid, os.WNOHANG)
        if done:
            return time.perf_counter() - began
        time.sleep(0.01)
    return float("inf")


def _under_load(crowd: Crowd) -> None:
    """A second, and however long it takes until somebody was answered in it."""
    before = len(crowd.acknowledged)
    time.sleep(1.0)
    until(lambda: len(crowd.acknowledged) > before)


def test_r13_a_stop_under_load_loses_nothing(tmp_path: Path, length: Length, verdict: Verdict) -> None:
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    times, rate = length(2, 20), length(60.0, 200.0)
    openings = (*[STREAM] * 30, *[HALF] * 10, *[IDLE] * 10)
    port = free_port()
    took: dict[bool, list[float]] = {True: [], False: []}
    with served(STREAMING, tmp_path, "linli.db", port=port):
        pass
    with crowded(port, rate) as crowd:
        for number in range(times):
            # Every second stop meets open streams: without them a stop must not wait for anything.
            some = openings if number % 2 == 0 else ()
            with served(STREAMING, tmp_path, "linli.db", port=port) as server, held(port, *some):
                _under_load(crowd)
                took[bool(some)].append(_stopped(server.pid))
        with served(STREAMING, tmp_path, "linli.db", port=port):
            _under_load(crowd)
            crowd.go_home()
            time.sleep(1.0)
    found = audit(tmp_path / "linli.db", crowd.acknowledged)
    done = f"SIGTERM {times} times at up to {rate:.0f} msg/s, every second time with 50 streams and half requests open"
    measured = f"{found}; stopped in ≤ {max(took[False]):.1f} s, with open streams ≤ {max(took[True]):.1f} s"
    good = found.good and max(*took[False], *took[True]) < float("inf") and not crowd.odd
    quick = max(*took[False], *took[True]) <= STOP_SECONDS
    verdict("R13", done, measured + "".join(crowd.odd[:1]), good=good, quick=quick)
