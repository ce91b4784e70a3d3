"""What a turn costs inside the process, with all flows: `python -m tests.load.turn`.

The residents' sentences of every transcript, one talk after another, on SQLite or with `--postgres`. Times are told by
the trail that each message leaves, so nothing is measured that the product does not measure itself.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from bot import configure as configuration
from bot.app import open_desk, prepare
from bot.contract import trail
from bot.contract.messages import Address, InboundMessage, Kind
from bot.desk import Desk
from bot.inbox import take
from bot.observe import HOPS
from tests.dialogues.player import find
from tests.load.bench import databases, percentile

# Milliseconds, at the median.
GOALS = {"whole turn": 4.0, "decide": 0.2}


def talks() -> list[list[str]]:
    """What the residents of the transcripts type, talk by talk."""
    return [[str(turn["resident"]) for turn in one.turns if isinstance(turn.get("resident"), str)] for one in find()]


async def _walk(desk: Desk, talk: list[str], spent: dict[str, list[float]]) -> None:
    who = Address("rest", f"turn-{uuid.uuid4().hex[:10]}", "demo")
    for text in talk:
        here = trail.begin()
        began = time.perf_counter()
        await take(desk, InboundMessage(uuid.uuid4().hex, who, Kind.TEXT, desk.clock.now(), text=text))
        spent["whole turn"].append(1000 * (time.perf_counter() - began))
        for hop, started, ended in here.spans:
            spent.setdefault(hop, []).append(1000 * (ended - started))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.turn", description=__doc__)
    parser.add_argument("--turns", type=int, default=2_000, help="about how many")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args(arguments)
    said, spent = talks(), {"whole turn": []}  # type: tuple[list[list[str]], dict[str, list[float]]]
    with databases(given.postgres, 1) as urls, tempfile.TemporaryDirectory(prefix="linli-turn-") as made:
        url = urls[0] if urls else f"sqlite:///{Path(made) / 'turn.db'}"
        settings = configuration.load({"LINLI_DATABASE_URL": url, "LINLI_NOW": "2026-11-20T09:30"})
        prepare(settings)
        desk = open_desk(settings)
        step = max(1, sum(map(len, said)) // given.turns)
        for talk in said[: 40 * step : step]:
            asyncio.run(_walk(desk, talk, {"whole turn": []}))
        for talk in said[::step]:
            asyncio.run(_walk(desk, talk, spent))
        desk.db.close()
    print(f"{len(spent['whole turn']):,} turns of {len(said[::step]):,} talks with all flows")
    print("| | p50 ms | p99 ms | goal (p50) |\n|---|---|---|---|")
    for name in ("whole turn", *(hop for hop in HOPS if hop in spent and hop != "receive")):
        middle, most = percentile(spent[name], 0.5), percentile(spent[name], 0.99)
        print(f"| {name} | {middle:.2f} | {most:.2f} | {GOALS.get(name, '')} |")
    return 1 if any(percentile(spent[name], 0.5) > goal for name, goal in GOALS.items()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
