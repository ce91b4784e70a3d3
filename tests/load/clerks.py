"""Measures the desk while residents talk: clerks at work on a served product, half its limit of messages behind them.

`python -m tests.load.clerks`: first the messages that two workers on PostgreSQL take at most, then half of that as a
steady rate and beside it twenty clerks, each with a page that listens and reads again as ours does. Everything a clerk
waits for is counted. Ends with 1 only when something was answered wrongly.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.load.bench import WARM_UP, databases, percentile, play
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served

LOGINS = ("agent", "supervisor", "duty", "admin")
PASSWORD = "linli-demo"  # noqa: S105 - the demo's, printed in the README
GOAL_MS = 400.0
# What a request for nothing takes just then: on a busy machine only the ratio to it says something.
NOTHING = "nothing"
# Somebody who works without a pause does something every two seconds, now faster, now slower.
THINKS = (1.0, 3.0)
# As `live.js` does: after a reading of the list, no other within a second.
BREATH = 1.0
# What a browser says of a request that nobody asked for by hand.
AUTO = {"x-linli": "1", "x-linli-part": "list", "x-linli-auto": "1"}


@dataclass(slots=True)
class Met:
    waits: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    news: int = 0

    def of(self, kind: str, seconds: float) -> None:
        self.waits.setdefault(kind, []).append(1000 * seconds)


class Desk:
    """One clerk in one browser."""

    def __init__(self, port: int, place: int, until: float, met: Met) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._login = LOGINS[place % len(LOGINS)]
        self._until = until
        self._met = met
        self._chance = random.Random(place)  # noqa: S311 - a clerk's whim, no secret
        self._http = httpx.AsyncClient(base_url=self._base, timeout=30)
        self._news = asyncio.Event()
        self._token = ""

    async def work(self) -> None:
        async with self._http:
            await self._sign_in()
            listening = asyncio.create_task(self._listen())
            reading = asyncio.create_task(self._read_again())
            while time.perf_counter() < self._until:
                await self._something()
                await asyncio.sleep(self._chance.uniform(*THINKS))
            for one in (listening, reading):
                one.cancel()
            await asyncio.wait({listening, reading})

    async def _sign_in(self) -> None:
        form = {"login": self._login, "password": PASSWORD}
        got = await self._http.post("/console/sign-in", data=form, headers={"origin": self._base})
        page = await self._http.get("/console/account")
        found = re.search(r'data-token="(\w+)"', page.text)
        if got.status_code != 303 or found is None:
            raise RuntimeError(f"{self._login} does not get in: {got.status_code}")
        self._token = found.group(1)

    async def _listen(self) -> None:
        async with self._http.stream("GET", "/console/live", timeout=None) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: {"):
                    self._met.news += 1
                    # As `live.js` does where a list shows who waits or is held.
                    if '"queue"' in line or '"alarms"' in line:
                        self._news.set()

    async def _read_again(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._get("list again", "/console/inbox", AUTO)
            await asyncio.sleep(BREATH)

    async def _something(self) -> None:
        """A part of a clerk's day: looks, opens, takes, answers, notes, gives back, looks at cases."""
        await self._get(NOTHING, "/healthz")
        page = await self._get(
            "inbox", f"/console/inbox?view={self._chance.choice(('open', 'waiting', 'bot', 'mine'))}"
        )
        numbers = re.findall(r'class="item[^>]*data-id="(\d+)"|data-id="(\d+)"', page)
        found = [one or other for one, other in numbers]
        if not found:
            await self._get("cases", "/console/cases")
            return
        number = self._chance.choice(found)
        await self._get("talk", f"/console/inbox/{number}")
        match self._chance.randrange(4):
            case 0:
                await self._post("take", f"/console/inbox/{number}/take", (204, 409))
                await self._post("say", f"/console/inbox/{number}/say", (204, 409), text="您好，我来看一下")
                await self._post("give back", f"/console/inbox/{number}/give-back", (204, 409))
            case 1:
                await self._post("note", f"/console/inbox/{number}/note", (204,), text="已看过")
            case 2:
                await self._get("cases", "/console/cases")
            case _:
                await self._get("alarms", "/console/alarms")

    async def _get(self, kind: str, path: str, headers: dict[str, str] | None = None) -> str:
        began = time.perf_counter()
        got = await self._http.get(path, headers=headers)
        self._met.of(kind, time.perf_counter() - began)
        if got.status_code != 200:
            self._met.wrong.append(f"{kind}: {got.status_code}")
        return got.text

    async def _post(self, kind: str, path: str, good: tuple[int, ...], **form: str) -> None:
        headers = {"origin": self._base, "x-linli": "1", "x-linli-token": self._token}
        began = time.perf_counter()
        got = await self._http.post(path, data=form, headers=headers)
        self._met.of(kind, time.perf_counter() - began)
        if got.status_code not in good:
            self._met.wrong.append(f"{kind}: {got.status_code} {got.text[:100]}")


async def shift(port: int, clerks: int, seconds: float) -> Met:
    met, until = Met(), time.perf_counter() + seconds
    await asyncio.gather(*(Desk(port, place, until, met).work() for place in range(clerks)))
    return met


def measure(server: Server, clerks: int, seconds: float) -> dict[str, Any]:
    play(server, ("-c", "16", *WARM_UP), 0)
    most = play(server, ("-c", "16", "--seconds", "5"), 5)
    limit = most["messages"] / most["seconds"]
    # A few seconds before and after the clerks, so that they never work in the quiet.
    behind = ["--port", str(server.port), "-c", "16", "--seconds", str(seconds + 4), "--rate", str(limit / 2)]
    command = [sys.executable, "-m", "tests.load.residents", *behind]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as talking:
        time.sleep(2)
        used, began = server.cpu_seconds(), time.perf_counter()
        met = asyncio.run(shift(server.port, clerks, seconds))
        spent, took = server.cpu_seconds() - used, time.perf_counter() - began
        residents: dict[str, Any] = json.loads(talking.communicate(timeout=seconds + 120)[0])
    idle = percentile(met.waits.pop(NOTHING, []), 0.95)
    every = [wait for waits in met.waits.values() for wait in waits]
    return {
        "limit": round(limit, 1),
        "behind": round(residents["messages"] / residents["seconds"], 1),
        "residents_p95_ms": round(percentile(residents["waits_ms"], 0.95), 1),
        "requests": len(every),
        "p50_ms": round(percentile(every, 0.5), 1),
        "p95_ms": round(percentile(every, 0.95), 1),
        "p99_ms": round(percentile(every, 0.99), 1),
        "nothing_p95_ms": round(idle, 1),
        "ratio": round(percentile(every, 0.95) / idle, 1) if idle else None,
        "news": met.news,
        "server_cpu": round(spent / took, 2),
        "wrong": [*met.wrong[:5], *residents["shown"]],
        "kinds": {
            kind: (len(waits), round(percentile(waits, 0.5), 1), round(percentile(waits, 0.95), 1))
            for kind, waits in sorted(met.waits.items())
        },
    }


def report(found: dict[str, Any], clerks: int) -> str:
    lines = [
        f"{clerks} clerks; messages/s at most {found['limit']}, behind them {found['behind']} "
        f"(p95 {found['residents_p95_ms']} ms)",
        f"requests {found['requests']}, notices {found['news']}: p50 {found['p50_ms']}, p95 {found['p95_ms']} "
        f"(goal {GOAL_MS:.0f}), p99 {found['p99_ms']} ms; the server used {found['server_cpu']} cores",
        f"a request for nothing meanwhile: p95 {found['nothing_p95_ms']} ms; the desk's is {found['ratio']} times that",
    ]
    lines += [f"  {kind:12}{n:6}  p50 {p50:8.1f}  p95 {p95:8.1f}" for kind, (n, p50, p95) in found["kinds"].items()]
    return "\n".join([*lines, *(f"wrong: {line}" for line in found["wrong"])])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.clerks", description=__doc__)
    parser.add_argument("--clerks", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(arguments)
    with databases(True, 1) as urls, tempfile.TemporaryDirectory(prefix="linli-clerks-") as made:
        folder = Path(made)
        copy_model(ROOT / "data" / "model", folder / "model")
        url = urls[0] if urls else ""
        with served((*PRODUCT, "--workers", str(given.workers)), folder, "ours.db", url) as server:
            found = measure(server, given.clerks, given.seconds)
    print(report(found, given.clerks), flush=True)
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
