"""R5: whatever outside hangs, residents are answered at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.crowd import crowded
from tests.faults.ledger import audit
from tests.faults.open_lines import CALLBACK, HALF, held
from tests.faults.verdicts import Length, Verdict
from tests.load.bench import percentile
from tests.load.line import HOST, LIMIT_SECONDS
from tests.load.process import PRODUCT, ROOT, copy_model, served

P99_MS = 300.0
WARM_SECONDS = 2.0


@contextmanager
def black_hole() -> Iterator[tuple[str, list[int]]]:
    """A server that takes every connection and never says a word: its address, and a count of who came."""
    came: list[int] = []
    kept: list[socket.socket] = []
    door = socket.create_server((HOST, 0), backlog=64)

    def let_in() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            kept.append(line)
            came.append(1)

    thread = threading.Thread(target=let_in, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{door.getsockname()[1]}", came
    finally:
        # An accept() under way does not end by closing: somebody must come in once more.
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        for line in kept:
            line.close()


def test_r5_a_hung_outside_delays_nobody(tmp_path: Path, length: Length, verdict: Verdict) -> None:
    """Hung: the collector of spans, and a payment provider that begins callbacks and never ends them."""
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    rate, seconds = length(50.0, 200.0), length(4.0, 30.0)
    with black_hole() as (address, came):
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": address}
        with (
            served(PRODUCT, tmp_path, "linli.db", variables=variables) as server,
            held(server.port, *[CALLBACK] * 30, *[HALF] * 10),
        ):
            with crowded(server.port, rate) as crowd:
                # The start is another promise (R1): its first sentences meet a program that never spoke before.
                time.sleep(WARM_SECONDS)
                warm = len(crowd.acknowledged)
                time.sleep(seconds)
            began = time.perf_counter()
        stop = time.perf_counter() - began
    waits = [said.wait * 1000 for said in crowd.acknowledged[warm:]]
    found = audit(tmp_path / "linli.db", crowd.acknowledged)
    p99, worst = percentile(waits, 0.99), max(waits)
    done = f"{len(waits) / seconds:.0f} msg/s beside a hung span collector and 40 hung callers, {seconds:.0f} s"
    measured = f"p50 {percentile(waits, 0.5):.0f} ms, p99 {p99:.0f} ms, most {worst:.0f} ms; {found}; stop {stop:.1f} s"
    late = worst >= LIMIT_SECONDS * 1000 or crowd.resent or not came
    verdict("R5", done, measured, good=p99 <= P99_MS and not late and found.good and stop <= 10)
