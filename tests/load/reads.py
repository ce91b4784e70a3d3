"""What integrators wait for a read when there are many cases: `python -m tests.load.reads`, with `--postgres` there.

100 requests a second, whether the ones before are answered or not, of one worker; ends with 1 when the 99th of a
hundred takes more than 60 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import httpx

from bot import configure as configuration
from bot.app import open_desk, prepare
from tests.load.bench import databases
from tests.load.past import fill
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served

MOST_MS = 60.0
PATHS = (
    "/cases?limit=50",
    "/cases?state=closed&limit=50",
    "/cases?conversation=past-500",
    "/cases/P-{n}",
    "/cases?limit=50&cursor=past-{n}&fields=number,state",
    "/bills?limit=50",
)


async def _ask(server: Server, seconds: float, rate: int) -> list[float]:
    waits: list[float] = []
    headers = {"Authorization": "Bearer linli-demo-key"}
    limits = httpx.Limits(max_connections=64)
    base = f"http://127.0.0.1:{server.port}/api/v1"
    async with httpx.AsyncClient(base_url=base, headers=headers, limits=limits, timeout=30) as client:

        async def one(n: int) -> None:
            began = time.perf_counter()
            answer = await client.get(PATHS[n % len(PATHS)].format(n=1 + n * 37 % 90_000))
            waits.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.text

        began, tasks = time.perf_counter(), []
        for n in range(int(seconds * rate)):
            await asyncio.sleep(max(0.0, began + n / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(n)))
        await asyncio.gather(*tasks)
    return waits


def measure(cases: int, seconds: float, rate: int, postgres: bool) -> dict[str, object]:
    with databases(postgres, 1) as urls, tempfile.TemporaryDirectory(prefix="linli-reads-") as made:
        folder = Path(made)
        copy_model(ROOT / "data" / "model", folder / "model")
        url = urls[0] if urls else f"sqlite:///{folder / 'linli.db'}"
        settings = configuration.load({"LINLI_DATABASE_URL": url, "LINLI_MODEL": str(folder / "model")})
        prepare(settings)
        desk = open_desk(settings)
        desk.db.submit(partial(fill, community=next(iter(settings.communities)), count=cases)).result()
        desk.db.close()
        with served(PRODUCT, folder, "linli.db", url if urls else "") as server:
            asyncio.run(_ask(server, 2.0, rate))
            before = server.cpu_seconds()
            waits = sorted(asyncio.run(_ask(server, seconds, rate)))
            cpu = (server.cpu_seconds() - before) * 1000 / len(waits)
    cut = statistics.quantiles(waits, n=100)
    told = {"p50_ms": cut[49], "p95_ms": cut[94], "p99_ms": cut[98], "longest_ms": waits[-1], "cpu_ms_each": cpu}
    return {"cases": cases, "requests": len(waits), **{name: round(value, 1) for name, value in told.items()}}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.reads", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rate", type=int, default=100, help="requests a second")
    parser.add_argument("--postgres", action="store_true")
    parsed = parser.parse_args(arguments)
    found = measure(parsed.cases, parsed.seconds, parsed.rate, parsed.postgres)
    print(json.dumps(found, indent=2))
    return int(float(str(found["p99_ms"])) > MOST_MS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
