"""Whether anybody on WeChat is ever answered twice: `python -m tests.load.once --messages 10000 --calm 20`.

Each message is of a resident of its own, "hello" and nothing more. WeChat's side hangs up at random, asks up to three
times, and reads only the request it still holds; its API takes its time. Meanwhile the server is killed and started
again, and stopped for longer than a response may take; with `--postgres` it is two processes, of which any is hit, and
their PostgreSQL is ended at once and begun again as well. In the end what each was told is counted, in responses and in
messages of our own. A short form: `--messages 800 --calm 4`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.wechat import WeChat
from tests.load.asking import Seen, ask_all
from tests.load.process import ROOT, copy_model, free_port
from tests.load.rungs import rows
from tests.load.troubles import Troubled
from tests.postgres import start

# An answer that nobody heard is said six seconds later; then until nothing is under way any more, or this long.
QUIET, LONGEST = 10.0, 90.0
# How long a call of WeChat's API takes, one with another.
CALL_SECONDS = 0.1
SHOWN = 20
_ANSWERS = "SELECT \"user\", state, attempts, begun, sent_at, held_by FROM outbox WHERE kind = 'reply'"
_WAITING = "SELECT count(*) FROM outbox WHERE channel = 'wechat' AND state IN ('due', 'sending', 'saying')"


@dataclass
class Verdict:
    """Who was told what, by what stands in the ledger."""

    seen: Seen
    fake: WeChat
    answers: defaultdict[str, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))

    def tell(self, given: argparse.Namespace, product: Troubled) -> int:
        """One line for each resident it went wrong with, one of numbers, one that says whether it held."""
        told = self.seen.everything(self.fake)
        twice = [who for who, count in told.items() if count > 1]
        untold = (self.seen.given_up | self.seen.succeeded) - told.keys()
        # What was going out when a process ended is not said again, as nobody can know whether it has arrived.
        doubted = {who for who in untold if any(row[1] and row[2] for row in self.answers.get(who, []))}
        mute = sorted(self.seen.succeeded - told.keys() - doubted)
        taken = sorted((untold - doubted - set(mute)) & self.answers.keys())
        for who in (*twice, *mute, *taken, *sorted(doubted))[:SHOWN]:
            ours = [one.text[:20] for one in self.fake.said if one.to == who]
            read = [words[:20] for words in self.seen.told.get(who, [])]
            print(f"  {who}: {read} in responses, {ours} by messages of ours, {self.answers[who]}")
        where = "PostgreSQL, 2 workers" if product.storage is not None else "SQLite"
        troubles = ", ".join(f"{count} {what}" for what, count in product.happened.items())
        print(
            f"{where}: {self.seen.asked} messages in {self.seen.tries} requests, {troubles}: "
            f"{sum(map(len, self.seen.told.values()))} answered in the response, "
            f"{len(self.fake.said)} by a message of ours, {len(untold - self.answers.keys())} given up by WeChat and "
            f"never taken, {len(doubted)} that were going out as a process ended, and are not said again"
        )
        held = not twice and not mute and not taken
        whole = "" if self.seen.asked == given.messages else f", OF {given.messages} WANTED: OUT OF TIME"
        print(
            f"{'HELD' if held and not whole else 'MISSED'}: {len(twice)} answered twice, "
            f"{len(mute)} told success and nothing else, {len(taken)} taken and untold{whole}"
        )
        return int(not held or bool(whole))


async def _troubled(product: Troubled, seen: Seen, fake: WeChat, given: argparse.Namespace) -> None:
    """All messages, while it is killed, stopped and begun again; then until nothing is under way."""
    await asyncio.to_thread(product.begin)
    until = time.monotonic() + 60 * given.minutes
    asking = asyncio.create_task(ask_all(product.port, range(given.messages), seen, fake, given.seed, until))
    while not asking.done():
        await asyncio.wait({asking}, timeout=product.dice.uniform(given.calm / 2, given.calm * 3 / 2))
        if not asking.done() and time.monotonic() < until:
            await product.next()
    await asking
    await asyncio.sleep(QUIET)
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and rows(product.database, _WAITING)[0][0]:
        await asyncio.sleep(1)


def play(given: argparse.Namespace) -> int:
    fake, seen = WeChat(takes=CALL_SECONDS), Seen()
    with ExitStack() as stack:
        stack.callback(fake.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-once-")))
        copy_model(ROOT / "data" / "model", folder / "model")
        told = {"LINLI_WECHAT_API_BASE": fake.url}
        product = Troubled(folder, free_port(), told, stack, random.Random(given.seed))  # noqa: S311 - no secret
        if given.postgres:
            product.storage = start()
            stack.callback(product.storage.stop)
            product.url = product.storage.create()
        asyncio.run(_troubled(product, seen, fake, given))
        verdict = Verdict(seen, fake)
        for user, *how in rows(product.database, _ANSWERS):
            verdict.answers[user].append(tuple(how))
        return verdict.tell(given, product)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.once", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--calm", type=float, default=12.0, help="seconds between two troubles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=20.0, help="nobody writes after so long")
    parser.add_argument("--postgres", action="store_true", help="two processes at an embedded PostgreSQL")
    return play(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
