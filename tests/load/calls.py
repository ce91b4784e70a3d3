"""Fifty calls at once: how long each turn takes, and how much of it is work (`python -m tests.load.calls`).

One app in this process, the database on disk, requests signed as Twilio signs them. What counts on a busy machine is
the CPU of a burst: so long it takes where a core is free.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx

from bot.app import build, prepare
from bot.configure import load
from tests.channels.drivers.phone import HOST, NUMBER, PATH, SID, signature

AT_ONCE, TURNS = 50, ("", "1", "1", "3*2*501#", "1")


async def _turn(client: httpx.AsyncClient, call: int, step: int, keys: str) -> float:
    path = PATH if step == 0 else f"{PATH}/turn?step={step}"
    form = {"CallSid": f"CA{call:032x}", "AccountSid": SID, "From": f"+86138{call:08d}", "To": NUMBER, "Digits": keys}
    body = urlencode(form).encode()
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature(path, body)}
    began = time.perf_counter()
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - began


async def _burst(client: httpx.AsyncClient, first: int) -> tuple[list[float], list[float]]:
    """Every call's turn at the same moment, step by step; (seconds of each turn, CPU seconds of each step)."""
    took: list[float] = []
    work: list[float] = []
    for step, keys in enumerate(TURNS):
        cpu = time.process_time()
        took += await asyncio.gather(*(_turn(client, first + n, step, keys) for n in range(AT_ONCE)))
        work.append(time.process_time() - cpu)
    return took, work


async def _measure(folder: Path) -> None:
    settings = load({"LINLI_DATABASE_URL": f"sqlite:///{folder / 'linli.db'}"})
    prepare(settings)
    app = build(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST, timeout=60) as client:
        await _burst(client, 1_000)
        took, work = await _burst(client, 2_000)
    app.state.desk.db.close()
    took.sort()
    shown = {name: took[int(len(took) * part)] * 1000 for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    print(f"{AT_ONCE} calls at once, {len(took)} turns:", ", ".join(f"{k} {v:.0f} ms" for k, v in shown.items()))
    print(f"CPU of a step of all calls: at most {max(work) * 1000:.0f} ms, {max(work) / AT_ONCE * 1000:.1f} ms a turn")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(_measure(Path(place)))
