"""Whether anybody on WeChat is ever answered twice: `python -m tests.load.once --messages 10000`.

Each message is of a resident of its own, "hello" and nothing more. WeChat's side hangs up at random, asks up to three
times, and reads only the request it still holds; its API takes its time. Meanwhile the server is killed and started
again, and stopped for longer than a response may take. In the end what each was told is counted, in responses and in
messages of our own. A short form: `--messages 800 --calm 4`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from backend.instant import now_ns
from tests.channels.drivers.wechat import OWN, PATH, query_of, xml_of
from tests.fakes.wechat import WeChat
from tests.load.line import Line
from tests.load.process import PRODUCT, ROOT, Server, copy_model, free_port, served

TRIES, PATIENCE, AT_ONCE = 3, 5.0, 16
# Hung up so soon now and then, as if the network had lost what came back.
SHORTEST, TYPICAL = 0.001, 0.15
# What waits in the outbox when the last has asked goes out meanwhile, failed tries too.
QUIET = 20.0
STOPPED = 5.5
# How long a call of WeChat's API takes, one with another.
CALL_SECONDS = 0.1


@dataclass
class Seen:
    """told: answers in responses, by resident; given_up: whom no try got through for; succeeded: told "success"."""

    told: Counter[str] = field(default_factory=Counter)
    given_up: set[str] = field(default_factory=set)
    succeeded: set[str] = field(default_factory=set)
    tries: int = 0


async def _ask(port: int, number: int, seen: Seen, fake: WeChat, dice: random.Random) -> None:
    who = f"o-once-{number}"
    fake.opens(who, 5)
    said = {"ToUserName": OWN, "FromUserName": who, "CreateTime": 1795138200}
    body = xml_of(**said, MsgType="text", Content="你好", MsgId=10**17 + number)
    for turn in range(TRIES):
        seen.tries += 1
        line = Line(port, PATH)
        hurried = turn < TRIES - 1 and dice.random() < 0.5
        patience = max(SHORTEST, dice.expovariate(1 / TYPICAL)) if hurried else PATIENCE
        try:
            async with asyncio.timeout(patience):
                status, answer = await line.post(body, urlencode(query_of(now_ns() / 1e9)))
            if status == 200 and b"<Content>" in answer:
                seen.told[who] += 1
            elif status == 200:
                seen.succeeded.add(who)
            if status == 200:
                return
        except (OSError, EOFError, TimeoutError):
            # As WeChat: again when its five seconds are over, at once where it was we who hung up.
            await asyncio.sleep(0 if hurried else PATIENCE)
        finally:
            await line.hang_up()
    seen.given_up.add(who)


async def _some(port: int, numbers: Sequence[int], seen: Seen, fake: WeChat, dice: random.Random) -> None:
    waiting = iter(numbers)

    async def one() -> None:
        for number in waiting:
            await _ask(port, number, seen, fake, dice)

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))


async def _troubled(folder: Path, port: int, seen: Seen, fake: WeChat, given: argparse.Namespace) -> tuple[int, int]:
    """All messages, while the server is killed and started again or stopped, by turns; how often each."""
    dice, count = random.Random(given.seed), [0, 0]  # noqa: S311 - no secret
    with ExitStack() as stack:

        def start() -> Server:
            return stack.enter_context(served(PRODUCT, folder, "once.db", port=port, LINLI_WECHAT_API_BASE=fake.url))

        server = await asyncio.to_thread(start)
        asking = asyncio.create_task(_some(port, range(given.messages), seen, fake, dice))
        while not asking.done():
            await asyncio.wait({asking}, timeout=dice.uniform(given.calm / 2, given.calm * 3 / 2))
            if asking.done():
                break
            count[sum(count) % 2] += 1
            if sum(count) % 2:
                os.kill(server.pid, signal.SIGKILL)
                server = await asyncio.to_thread(start)
            else:
                os.kill(server.pid, signal.SIGSTOP)
                await asyncio.sleep(STOPPED)
                os.kill(server.pid, signal.SIGCONT)
        await asking
        await asyncio.sleep(QUIET)
    return count[0], count[1]


def _told(seen: Seen, fake: WeChat) -> Counter[str]:
    """Everything that each resident reads, one for each answer: its parts come as one message or follow it."""
    whole = seen.told.copy()
    whole.update(one.to for one in list(fake.said))
    return whole


def _rows(folder: Path) -> defaultdict[str, list[tuple[object, ...]]]:
    """How each one's answer stands in the ledger. Who was taken and yet told nothing: WeChat had hung up while a
    response was on its way, and its last try was not read before the process ended."""
    rows: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
    with sqlite3.connect(folder / "once.db") as db:
        columns = "user, state, attempts, begun, sent_at, held_by"
        for user, *how in db.execute(f"SELECT {columns} FROM outbox WHERE kind = 'reply'"):  # noqa: S608 - our own words
            rows[user].append(tuple(how))
    return rows


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.once", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--calm", type=float, default=12.0, help="seconds between two troubles")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    fake, seen = WeChat(takes=CALL_SECONDS), Seen()
    with tempfile.TemporaryDirectory(prefix="linli-once-") as made:
        folder = Path(made)
        copy_model(ROOT / "data" / "model", folder / "model")
        kills, stops = asyncio.run(_troubled(folder, free_port(), seen, fake, given))
        told = _told(seen, fake)
        untold = seen.given_up - told.keys()
        rows = _rows(folder)
        unheard = sorted(untold & rows.keys())
    fake.close()
    twice = [who for who, count in told.items() if count > 1]
    late = [who for who in seen.succeeded if who not in told]
    print(
        f"{given.messages} messages in {seen.tries} requests, {kills} kills, {stops} stops of {STOPPED} s: "
        f"{sum(seen.told.values())} answered in the response, {len(fake.said)} by a message of ours, "
        f"{len(twice)} twice; {len(late)} told success and nothing else, "
        f"{len(untold)} given up by WeChat and untold, {len(unheard)} of them taken"
    )
    for who in (*twice, *late, *unheard):
        said = [one.text[:20] for one in fake.said if one.to == who]
        print(f"{who}: {seen.told[who]} in responses, {said}, {rows[who]}")
    return int(bool(twice or late))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
