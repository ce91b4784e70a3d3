"""How long a reply of the desk takes to a resident's page: two processes on PostgreSQL, the page's own stream.

python -m tests.load.staff_reply [--replies 40]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import threading
import time
from pathlib import Path

import httpx

from tests.load.process import PRODUCT, ROOT, copy_model, served
from tests.postgres import start
from tests.resident import DEMO_KEY

TOKEN = "r" * 40
PATH = "/channels/web/sunshine"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=40)
    count = parser.parse_args().replies
    postgres = start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy_model(ROOT / "data" / "model", Path(folder) / "model")
            product = (*PRODUCT, "--workers", "2")
            with served(product, Path(folder), "reply.db", postgres.create()) as server:
                print(report(sorted(measure(f"http://127.0.0.1:{server.port}", count))))
    finally:
        postgres.stop()


def measure(base: str, count: int) -> list[float]:
    """Seconds from the start of the desk's request until the words stand in the stream; a new line for each."""
    mine = {"authorization": f"Bearer {TOKEN}"}
    desk = httpx.Client(base_url=base, headers={"authorization": f"Bearer {DEMO_KEY}"}, timeout=60)
    sender = hashlib.sha256(TOKEN.encode()).hexdigest()[:40]
    httpx.post(f"{base}{PATH}/messages", json={"id": "message-1", "text": "转人工"}, headers=mine, timeout=60)
    desk.post(f"/api/v1/conversations/{sender}/take-over", json={"staff": "agent"}).raise_for_status()
    took: list[float] = []
    for number in range(count):
        seen, ready = threading.Event(), threading.Event()
        words = f"第{number}句"

        def listen(words: str = words, seen: threading.Event = seen, ready: threading.Event = ready) -> None:
            with httpx.stream("GET", f"{base}{PATH}/stream", headers=mine, timeout=60) as stream:
                for line in stream.iter_lines():
                    ready.set()
                    if line.startswith("data: {") and words in json.dumps(json.loads(line[6:]), ensure_ascii=False):
                        seen.set()
                        return

        page = threading.Thread(target=listen, daemon=True)
        page.start()
        ready.wait(60)
        time.sleep(0.05)
        began = time.perf_counter()
        desk.post(f"/api/v1/conversations/{sender}/messages", json={"staff": "agent", "text": words}).raise_for_status()
        if seen.wait(60):
            took.append(time.perf_counter() - began)
        page.join(60)
    return took


def report(took: list[float]) -> str:
    at = [took[min(len(took) - 1, int(len(took) * part))] * 1000 for part in (0.5, 0.95)]
    return f"{len(took)} replies seen: p50 {at[0]:.0f} ms, p95 {at[1]:.0f} ms, longest {took[-1] * 1000:.0f} ms"


if __name__ == "__main__":
    main()
