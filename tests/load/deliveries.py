"""Deliveries beside message load: how many a second arrive, how old they get, how soon the outbox is empty again."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.fakes.receiver import Receiver
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served


def call(server: Server, path: str, body: object = None) -> Any:
    headers = {"content-type": "application/json", "Authorization": "Bearer linli-demo-key"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", data, headers)
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - our own loopback address
        raw = response.read()
    return json.loads(raw) if path != "/metrics" else raw.decode()


def waiting(server: Server) -> float:
    lines = call(server, "/metrics").splitlines()
    found = [line for line in lines if line.startswith('outbox_waiting{channel="webhook"}')]
    return float(found[0].split()[-1])


def _load(server: Server, seconds: float, residents: int) -> Any:
    command = [sys.executable, "-m", "tests.load.residents", "--port", str(server.port)]
    command += ["-c", str(residents), "--seconds", str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def measure(folder: Path, endpoints: int, seconds: float, residents: int) -> dict[str, object]:
    """The same load without and with endpoints, on one server, in one run."""
    copy_model(ROOT / "data" / "model", folder / "model")
    receiver = Receiver()
    try:
        with served(PRODUCT, folder, "linli.db") as server:
            _load(server, 2.0, residents)
            alone = _load(server, seconds, residents)
            for n in range(endpoints):
                call(server, "/api/v1/webhooks", {"url": receiver.url(f"/{n}"), "events": ["case.*"]})
            beside = _load(server, seconds, residents)
            during = len(receiver.calls)
            ended = time.perf_counter()
            while waiting(server) > 0 and time.perf_counter() - ended < 60:
                time.sleep(0.05)
            drained = time.perf_counter() - ended
            peak = server.peak_mb()
    finally:
        receiver.close()
    filed = {one.json["data"]["number"] for one in receiver.calls if one.json["type"] == "case.created"}
    ids = {(one.path, one.id) for one in receiver.calls}
    return {
        "endpoints": endpoints,
        "messages_a_second_alone": round(alone["messages"] / alone["seconds"], 1),
        "messages_a_second_beside": round(beside["messages"] / beside["seconds"], 1),
        "errors": alone["errors"] + beside["errors"],
        "deliveries": len(ids),
        "deliveries_a_second": round(during / beside["seconds"], 1),
        "twice": len(receiver.calls) - len(ids),
        "cases_told": len(filed),
        "drained_after_s": round(drained, 2),
        "peak_mb": round(peak) if peak else None,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.deliveries", description=__doc__)
    parser.add_argument("--endpoints", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("-c", type=int, default=8, help="residents at a time")
    parsed = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), parsed.endpoints, parsed.seconds, parsed.c), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
