"""R1: an acknowledged message survives kill -9 under load; and the checker does see a server that forgets."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.bot.work.station import PATIENCE_SECONDS, until
from tests.fakes.receiver import Call, Receiver
from tests.faults.crowd import Crowd, Said, crowded
from tests.faults.ledger import Found, audit
from tests.faults.verdicts import Length, Verdict
from tests.load.deliveries import call, waiting
from tests.load.process import PRODUCT, ROOT, copy_model, free_port, served

HASTY = ("tests.faults.hasty",)
FIRST_ANSWER_SECONDS = 1.0


# Each tells its own of everything that happens: so many that 200 messages a second are 200 deliveries and more.
ENDPOINTS = 4
DRAINED_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Told:
    """Webhooks beside the load. rate: arrivals a second while somebody was there to send; untold: rows that never
    arrived; twice: came again under the same id; drained: seconds from the end of the load to an empty outbox."""

    arrived: int
    rate: float
    untold: int
    twice: int
    drained: float


@dataclass(frozen=True, slots=True)
class Killed:
    """first: seconds from readiness to the first answer, of each start after a kill; rate: answers a second while
    somebody was there to answer."""

    crowd: Crowd
    found: Found
    first: list[float]
    rate: float
    told: Told


def _first_after(said: Sequence[Said], ready: float) -> float:
    return min((one.at - ready for one in said if one.at >= ready), default=float("inf"))


def _told(database: Path, calls: Sequence[Call], seconds: float, drained: float) -> Told:
    with closing(sqlite3.connect(database)) as connection:
        bodies = connection.execute("SELECT body, \"user\" FROM outbox WHERE kind = 'webhook'").fetchall()
    rows = Counter(json.loads(body)["id"] for body, _ in bodies)
    came = Counter((call.path, call.id) for call in calls)
    ids = Counter(key for _, key in came)
    untold = sum(max(0, count - ids[key]) for key, count in rows.items())
    return Told(len(came), len(calls) / seconds, untold, len(calls) - len(came), drained)


def kill(module: tuple[str, ...], folder: Path, times: int, rate: float, seconds: float, endpoints: int = 0) -> Killed:
    """Serve, let a crowd write, kill -9 at a moment of no choosing, serve again on the same file; so many times."""
    copy_model(ROOT / "data" / "model", folder / "model")
    dice = random.Random(times)  # noqa: S311 - when to kill, no secret
    port, first, served_seconds, receiver = free_port(), [], 0.0, Receiver()
    with served(module, folder, "linli.db", port=port) as server:
        for number in range(endpoints):
            events = ["case.*", "alarm.*", "booking.*"]
            call(server, "/api/v1/webhooks", {"url": receiver.url(f"/{number}"), "events": events})
    with crowded(port, rate) as crowd:
        for _ in range(times):
            with served(module, folder, "linli.db", port=port) as server:
                ready = time.perf_counter()
                until(lambda ready=ready: _first_after(crowd.acknowledged, ready) < float("inf"))  # type: ignore[misc]  # bound now
                time.sleep(dice.uniform(0.5, 1.5) * seconds)
                os.kill(server.pid, signal.SIGKILL)
                served_seconds += time.perf_counter() - ready
            first.append(_first_after(crowd.acknowledged, ready))
        with served(module, folder, "linli.db", port=port) as server:
            ready = time.perf_counter()
            until(lambda: _first_after(crowd.acknowledged, ready) < float("inf"))
            time.sleep(seconds)
            crowd.go_home()
            ended = time.perf_counter()
            time.sleep(1.0)
            while endpoints and waiting(server) > 0 and time.perf_counter() - ended < PATIENCE_SECONDS:
                time.sleep(0.05)
            drained = time.perf_counter() - ended
            first.append(_first_after(crowd.acknowledged, ready))
    receiver.close()
    told = _told(folder / "linli.db", receiver.calls, served_seconds + seconds, drained)
    answers = len(crowd.acknowledged) / (served_seconds + seconds)
    return Killed(crowd, audit(folder / "linli.db", crowd.acknowledged), first[1:], answers, told)


def test_r1_what_was_acknowledged_survives_every_kill(tmp_path: Path, length: Length, verdict: Verdict) -> None:
    times = length(2, 20)
    met = kill(PRODUCT, tmp_path, times, length(60.0, 200.0), length(1.0, 2.5), ENDPOINTS)
    told, slowest = met.told, max(met.first)
    done = (
        f"kill -9 {times} times at {met.rate:.0f} msg/s, {met.crowd.resent} sent again with the same id, beside "
        f"{told.rate:.0f} deliveries/s"
    )
    measured = (
        f"{met.found}; {met.crowd.rowless} told to dial themselves; first answer ≤ {slowest:.2f} s after readiness; "
        f"webhooks: {told.untold} of "
        f"{told.arrived + told.untold} lost, {told.twice} came twice under their id, outbox empty "
        f"{told.drained:.1f} s after the load"
    )
    good = met.found.good and not met.crowd.odd and told.untold == 0 and told.arrived > 0
    quick = slowest <= FIRST_ANSWER_SECONDS and told.drained <= DRAINED_SECONDS and not met.crowd.rowless
    verdict("R1", done, measured + "".join(met.crowd.odd[:1]), good=good, quick=quick)


def test_r1_a_server_that_acknowledges_before_it_writes_is_caught(
    tmp_path: Path, length: Length, verdict: Verdict
) -> None:
    times = length(1, 5)
    met = kill(HASTY, tmp_path, times, 60.0, 1.0)
    done = f"negative control: a server that acknowledges before it writes, killed {times} times"
    verdict("R1", done, f"the checker found {met.found.lost} lost of {met.found.acknowledged}", good=met.found.lost > 0)
