"""R1: an acknowledged message survives kill -9 under load; and the checker does see a server that forgets."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.crowd import Crowd, Said, crowded
from tests.faults.ledger import Found, audit
from tests.faults.verdicts import Length, Verdict
from tests.load.process import PRODUCT, ROOT, copy_model, free_port, served

HASTY = ("tests.faults.hasty",)
FIRST_ANSWER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Killed:
    """first: seconds from readiness to the first answer, of each start after a kill; rate: answers a second while
    somebody was there to answer."""

    crowd: Crowd
    found: Found
    first: list[float]
    rate: float


def _first_after(said: Sequence[Said], ready: float) -> float:
    return min((one.at - ready for one in said if one.at >= ready), default=float("inf"))


def kill(module: tuple[str, ...], folder: Path, times: int, rate: float, seconds: float) -> Killed:
    """Serve, let a crowd write, kill -9 at a moment of no choosing, serve again on the same file; so many times."""
    copy_model(ROOT / "data" / "model", folder / "model")
    dice = random.Random(times)  # noqa: S311 - when to kill, no secret
    port, first, served_seconds = free_port(), [], 0.0
    with served(module, folder, "linli.db", port=port):
        pass
    with crowded(port, rate) as crowd:
        for _ in range(times):
            with served(module, folder, "linli.db", port=port) as server:
                ready = time.perf_counter()
                time.sleep(dice.uniform(0.5, 1.5) * seconds)
                os.kill(server.pid, signal.SIGKILL)
                served_seconds += time.perf_counter() - ready
            first.append(_first_after(crowd.acknowledged, ready))
        with served(module, folder, "linli.db", port=port):
            ready = time.perf_counter()
            time.sleep(seconds)
            crowd.go_home()
            time.sleep(1.0)
            first.append(_first_after(crowd.acknowledged, ready))
    answers = len(crowd.acknowledged) / (served_seconds + seconds)
    return Killed(crowd, audit(folder / "linli.db", crowd.acknowledged), first[1:], answers)


def test_r1_what_was_acknowledged_survives_every_kill(tmp_path: Path, length: Length, verdict: Verdict) -> None:
    times = length(2, 20)
    met = kill(PRODUCT, tmp_path, times, length(60.0, 200.0), length(1.0, 2.5))
    done = f"kill -9 {times} times at {met.rate:.0f} msg/s, {met.crowd.resent} sent again with the same id"
    slowest = max(met.first)
    measured = f"{met.found}; first answer ≤ {slowest:.2f} s after readiness"
    good = met.found.good and slowest <= FIRST_ANSWER_SECONDS and not met.crowd.odd
    verdict("R1", done, measured + "".join(met.crowd.odd[:1]), good=good)


def test_r1_a_server_that_acknowledges_before_it_writes_is_caught(
    tmp_path: Path, length: Length, verdict: Verdict
) -> None:
    times = length(1, 5)
    met = kill(HASTY, tmp_path, times, 60.0, 1.0)
    done = f"negative control: a server that acknowledges before it writes, killed {times} times"
    verdict("R1", done, f"the checker found {met.found.lost} lost of {met.found.acknowledged}", good=met.found.lost > 0)
