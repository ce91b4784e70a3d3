"""How soon Telegram hears "taken" while its own API hangs: `python -m tests.load.acknowledge`.

So many webhook calls a second, at their times whether or not earlier ones have come back (an open loop), from many
chats; every call Linli makes to the vendor is never answered. With `--postgres` on two workers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fakes.telegram import Telegram
from tests.load.bench import databases, percentile
from tests.load.line import Line
from tests.load.process import PRODUCT, ROOT, copy_model, served

GOAL_MS = 300.0
PATH, SECRET = "/channels/telegram/demo", {"X-Telegram-Bot-Api-Secret-Token": "linli-demo-telegram"}
CHATS, SAID = 400, ("厨房水龙头漏水", "你好", "谢谢", "电费多少", "电梯里有味道")


def _update(number: int) -> bytes:
    who = {"id": 7_000_000 + number % CHATS, "is_bot": False, "first_name": "R", "language_code": "zh"}
    chat = {"id": who["id"], "type": "private"}
    said = {"message_id": number, "from": who, "chat": chat, "date": 1795138200, "text": SAID[number % len(SAID)]}
    return json.dumps({"update_id": number, "message": said}).encode()


async def _call(line: Line, number: int, due: float) -> tuple[float, int]:
    """Milliseconds from when it was due to its answer, and the status."""
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    status, _ = await line.post(_update(number))
    return 1000 * (time.perf_counter() - due), status


async def _run(port: int, rate: float, seconds: float, lines: int) -> list[tuple[float, int]]:
    callers = [Line(port, PATH, **SECRET) for _ in range(lines)]
    began, count = time.perf_counter() + 0.2, int(rate * seconds)

    async def one(place: int) -> list[tuple[float, int]]:
        mine = range(place, count, lines)
        return [await _call(callers[place], n + 1, began + n / rate) for n in mine]

    found = await asyncio.gather(*(one(place) for place in range(lines)))
    for caller in callers:
        await caller.hang_up()
    return [each for part in found for each in part]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.acknowledge", description=__doc__)
    parser.add_argument("--rate", type=float, default=200.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--lines", type=int, default=40, help="connections, as setWebhook allows by default")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args(arguments)
    fake = Telegram(hang=True)
    with databases(given.postgres, 1) as urls, tempfile.TemporaryDirectory(prefix="linli-ack-") as made:
        folder = Path(made)
        copy_model(ROOT / "data" / "model", folder / "model")
        crew = ("--workers", "2") if given.postgres else ()
        url = urls[0] if urls else ""
        with served((*PRODUCT, *crew), folder, "ack.db", url, LINLI_TELEGRAM_API_BASE=fake.url) as server:
            found = asyncio.run(_run(server.port, given.rate, given.seconds, given.lines))
    fake.close()
    waits = [wait for wait, _ in found]
    wrong = sum(status != 200 for _, status in found)
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    print(
        f"{len(found)} calls at {given.rate:.0f}/s, the vendor hangs ({len(fake.calls)} calls to it): "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms (goal {GOAL_MS:.0f}), {wrong} not taken"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
