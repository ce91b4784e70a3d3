"""How soon a vendor hears from us while its own API hangs: `python -m tests.load.acknowledge`, `… --vendor wechat`.

So many webhook calls a second, at their times whether or not earlier ones have come back (an open loop), from many
residents; every call Linli makes to the vendor is never answered. Telegram is to hear "taken", WeChat the answer.
With `--postgres` on two workers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from backend.instant import now_ns
from tests.channels.drivers.wechat import OWN, query_of, xml_of
from tests.fakes.telegram import Telegram
from tests.fakes.wechat import WeChat
from tests.load.bench import databases, percentile
from tests.load.line import Line
from tests.load.process import PRODUCT, ROOT, copy_model, served

CHATS, SAID = 400, ("厨房水龙头漏水", "你好", "谢谢", "电费多少", "电梯里有味道")


@dataclass(frozen=True, slots=True)
class Vendor:
    """call: the body and the query of the n-th; answered: whether the response is what it should be."""

    path: str
    fake: Callable[[], Any]
    variable: str
    goal_ms: float
    call: Callable[[int], tuple[bytes, str]]
    answered: Callable[[int, bytes], bool]
    headers: dict[str, str]


def _update(number: int) -> tuple[bytes, str]:
    who = {"id": 7_000_000 + number % CHATS, "is_bot": False, "first_name": "R", "language_code": "zh"}
    chat = {"id": who["id"], "type": "private"}
    said = {"message_id": number, "from": who, "chat": chat, "date": 1795138200, "text": SAID[number % len(SAID)]}
    return json.dumps({"update_id": number, "message": said}).encode(), ""


def _letter(number: int) -> tuple[bytes, str]:
    said = {"ToUserName": OWN, "FromUserName": f"o-resident-{number % CHATS}", "CreateTime": 1795138200}
    body = xml_of(**said, MsgType="text", Content=SAID[number % len(SAID)], MsgId=10**17 + number)
    return body, urlencode(query_of(now_ns() / 1e9))


VENDORS = {
    "telegram": Vendor(
        *("/channels/telegram/demo", lambda: Telegram(hang=True), "LINLI_TELEGRAM_API_BASE", 300.0, _update),
        *(lambda status, _: status == 200, {"X-Telegram-Bot-Api-Secret-Token": "linli-demo-telegram"}),
    ),
    "wechat": Vendor(
        *("/channels/wechat/demo", lambda: WeChat(hang=True), "LINLI_WECHAT_API_BASE", 1000.0, _letter),
        *(lambda status, body: status == 200 and b"<Content>" in body, {}),
    ),
}


async def _call(line: Line, vendor: Vendor, number: int, due: float) -> tuple[float, bool]:
    """Milliseconds from when it was due to its answer, and whether that was right."""
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    status, body = await line.post(*vendor.call(number))
    return 1000 * (time.perf_counter() - due), vendor.answered(status, body)


async def _run(vendor: Vendor, port: int, rate: float, seconds: float, lines: int) -> list[tuple[float, bool]]:
    callers = [Line(port, vendor.path, **vendor.headers) for _ in range(lines)]
    # A library that the first of them loads is no part of the others' time.
    await callers[0].post(*vendor.call(0))
    began, count = time.perf_counter() + 0.2, int(rate * seconds)

    async def one(place: int) -> list[tuple[float, bool]]:
        mine = range(place, count, lines)
        return [await _call(callers[place], vendor, n + 1, began + n / rate) for n in mine]

    found = await asyncio.gather(*(one(place) for place in range(lines)))
    for caller in callers:
        await caller.hang_up()
    return [each for part in found for each in part]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.acknowledge", description=__doc__)
    parser.add_argument("--vendor", choices=sorted(VENDORS), default="telegram")
    parser.add_argument("--rate", type=float, default=200.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--lines", type=int, default=40, help="connections, as setWebhook allows by default")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args(arguments)
    vendor = VENDORS[given.vendor]
    fake = vendor.fake()
    with databases(given.postgres, 1) as urls, tempfile.TemporaryDirectory(prefix="linli-ack-") as made:
        folder = Path(made)
        copy_model(ROOT / "data" / "model", folder / "model")
        crew = ("--workers", "2") if given.postgres else ()
        url = urls[0] if urls else ""
        with served((*PRODUCT, *crew), folder, "ack.db", url, **{vendor.variable: fake.url}) as server:
            found = asyncio.run(_run(vendor, server.port, given.rate, given.seconds, given.lines))
    fake.close()
    waits = [wait for wait, _ in found]
    wrong = sum(not right for _, right in found)
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    print(
        f"{given.vendor}: {len(found)} calls at {given.rate:.0f}/s, the vendor hangs ({len(fake.calls)} calls to it): "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms (goal {vendor.goal_ms:.0f}), {wrong} not answered rightly"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
