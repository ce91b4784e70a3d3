"""R5: whatever outside hangs, residents are answered at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults.crowd import Said, crowded
from tests.faults.ledger import audit
from tests.faults.open_lines import CALLBACK, HALF, held
from tests.faults.verdicts import Length, Verdict
from tests.load.bench import percentile
from tests.load.deliveries import call
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


def _late(said: Sequence[Said]) -> list[float]:
    """Milliseconds of each wait once the program had spoken a little: the start is another promise (R1)."""
    start = min(one.at for one in said)
    return [one.wait * 1000 for one in said if one.at - start > WARM_SECONDS]


def test_r5_a_hung_outside_delays_nobody(tmp_path: Path, length: Length, verdict: Verdict) -> None:
    """Hung: the collector of spans, a webhook's receiver, and callers that begin a payment's callback or a message and
    never end it. Nobody waits for a payment's provider either: its page is a link, and it is heard by its callback."""
    hung, calm = tmp_path / "hung", tmp_path / "calm"
    for folder in (hung, calm):
        copy_model(ROOT / "data" / "model", folder / "model")
    rate, seconds = length(40.0, 200.0), WARM_SECONDS + length(4.0, 30.0)
    # Beside it a server that nothing hangs around: on a busy machine both are slow, and that is no fault.
    with black_hole() as (address, came), served(PRODUCT, calm, "linli.db") as other:
        with served(PRODUCT, hung, "linli.db", OTEL_EXPORTER_OTLP_ENDPOINT=address) as server:
            openings = (*[CALLBACK] * 30, *[HALF] * 10)
            for number in range(3):
                hook = {"url": f"{address}/{number}", "events": ["case.*", "alarm.*", "booking.*", "payment.*"]}
                call(server, "/api/v1/webhooks", hook)
            with (
                held(server.port, *openings),
                crowded(other.port, 20.0, 8) as gauge,
                crowded(server.port, rate) as crowd,
            ):
                time.sleep(seconds)
            began = time.perf_counter()
        stop = time.perf_counter() - began
    waits = _late(crowd.acknowledged)
    found = audit(hung / "linli.db", crowd.acknowledged)
    p99, beside, worst = percentile(waits, 0.99), percentile(_late(gauge.acknowledged), 0.99), max(waits)
    done = (
        f"{len(waits) / (seconds - WARM_SECONDS):.0f} msg/s beside 3 hung webhook receivers, "
        "a hung span collector, 30 hung payment callbacks and 10 half messages"
    )
    measured = f"p99 {p99:.0f} ms, most {worst:.0f} ms (calm server beside it: p99 {beside:.0f} ms); {found}"
    quick = p99 <= P99_MS or (not length.long and p99 <= 1.5 * beside)
    # The collector comes once; more than that were deliveries.
    late = worst >= LIMIT_SECONDS * 1000 or crowd.resent or len(came) < 2
    verdict("R5", done, f"{measured}; stop {stop:.1f} s", good=quick and not late and found.good and stop <= 10)
