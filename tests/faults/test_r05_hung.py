"""R5: whatever outside hangs, residents are answered at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bot.work.station import until
from tests.faults.crowd import WEBHOOK, Said, crowded
from tests.faults.ledger import audit
from tests.faults.open_lines import CALLBACK, HALF, held
from tests.faults.verdicts import Length, Verdict
from tests.load.bench import percentile
from tests.load.deliveries import call
from tests.load.line import HOST, LIMIT_SECONDS
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served

P99_MS = 300.0
# Where the machine is too slow for that: of the calm server's p99 in the same seconds. Whoever waited for one of the
# hung would wait for whole seconds.
TIMES, SPARE_MS = 2.0, 1_000.0
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


def _awake(server: Server) -> None:
    """Until its work engine runs, which comes after the first answers and takes a slow machine seconds to load: the
    start is another promise (R1). A reminder that has reached the engine shows it."""
    for number, text in enumerate(("I need a cleaner on Wednesday at 2 pm for 2 hours", "yes")):
        call(server, WEBHOOK, {"sender": "early", "message": text, "metadata": {"message_id": f"early-{number}"}})
    stories = "/api/v1/deliveries?channel=story"
    until(lambda: {item["state"] for item in call(server, stories)["items"]} == {"sent"})


def _late(said: Sequence[Said]) -> list[float]:
    """Milliseconds of each wait once the program had spoken a little."""
    start = min(one.at for one in said)
    return [one.wait * 1000 for one in said if one.at - start > WARM_SECONDS]


def test_r5_a_hung_outside_delays_nobody(tmp_path: Path, length: Length, verdict: Verdict) -> None:
    """Hung: the collector of spans, a webhook's receiver, and callers that begin a payment's callback or a message and
    never end it. Nobody waits for a payment's provider either: its page is a link, and it is heard by its callback.

    Beside it stands a server that nothing hangs around, and as many residents write to it as often: what the machine
    does to one it does to the other. The short form runs wherever the tests run: there an answer may be later than
    promised only where the calm server's are late too, and by no more than a part of it. That the promise is kept in
    milliseconds is a figure of a machine that does nothing else: the long form holds it, and no calm server excuses."""
    hung, calm = tmp_path / "hung", tmp_path / "calm"
    for folder in (hung, calm):
        copy_model(ROOT / "data" / "model", folder / "model")
    rate, seconds = length(40.0, 200.0), WARM_SECONDS + length(4.0, 30.0)
    with black_hole() as (address, came), served(PRODUCT, calm, "linli.db") as other:
        with served(PRODUCT, hung, "linli.db", OTEL_EXPORTER_OTLP_ENDPOINT=address) as server:
            openings = (*[CALLBACK] * 30, *[HALF] * 10)
            for number in range(3):
                hook = {"url": f"{address}/{number}", "events": ["case.*", "alarm.*", "booking.*", "payment.*"]}
                call(server, "/api/v1/webhooks", hook)
            _awake(other)
            _awake(server)
            with (
                held(server.port, *openings),
                crowded(other.port, length(rate, 20.0), length(24, 8)) as gauge,
                crowded(server.port, rate, 24) as crowd,
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
    quick = p99 <= P99_MS or (not length.long and p99 <= TIMES * beside + SPARE_MS)
    # The collector comes once; more than that were deliveries.
    late = worst >= LIMIT_SECONDS * 1000 or crowd.resent > crowd.rowless or len(came) < 2
    good = quick and not late and found.good and (not crowd.rowless or not length.long)
    verdict("R5", done, f"{measured}; stop {stop:.1f} s", good=good, quick=stop <= 10)
