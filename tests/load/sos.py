"""From a cry, by message or by key, to the vendor that is asked to ring: `python -m tests.load.sos`.

One served process on SQLite, residents who write at a steady rate, and pushes that wait for a slow vendor the whole
time. Each cry is timed from its request to the arrival of its first call at the vendor. Ends with 1 when the promise
(p99 at most 1 s) is missed, a cry found nobody, or the pushes had run out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from backend.db import Database, parse_url
from backend.instant import now
from backend.models.talk import outbox
from bot import configure as configuration
from bot.app import open_desk, prepare
from bot.contract.stored import sayable_to
from bot.contract.text import t
from tests.load.bench import percentile
from tests.load.process import PRODUCT, READY_SECONDS, ROOT, Server, copy_model, free_port, served
from tests.load.rungs import Cries, Vendor, alarms_of_calls, rows, senders, surroundings

PROMISE_SECONDS = 1.0
# A vendor as slow as this keeps pushes waiting for the whole of a run.
SLOW_SECONDS = 0.1
# Between two cries; every other one is a key on the telephone.
EVERY_SECONDS = 0.5
# Until the last cry's call has certainly been handed over.
AFTER_SECONDS = 10.0
SAID = t("Water is off tomorrow from nine to twelve.")


def fill(folder: Path, pushes: int) -> None:
    """A prepared database in which so many pushes are due."""
    given = {"LINLI_DATABASE_URL": f"sqlite:///{folder / 'linli.db'}", "LINLI_MODEL": str(folder / "model")}
    settings = configuration.load(given)
    prepare(settings)
    open_desk(settings).db.close()
    real = now().astimezone(UTC)
    made = [_push(number, real) for number in range(pushes)]
    db = Database(parse_url(settings.database_url))
    try:
        for first in range(0, pushes, 1000):
            db.submit(lambda c, first=first: c.execute(outbox.insert(), made[first : first + 1000])).result()  # type: ignore[misc]  # bound now
    finally:
        db.close()


def _push(number: int, real: datetime) -> dict[str, object]:
    return {
        "community_id": "sunshine",
        "kind": "push",
        "channel": "sms",
        "account": "demo",
        "user": f"+86139{number:08d}",
        "body": {"say": [sayable_to(SAID)]},
        "state": "due",
        "queue": "sms:demo",
        "lane": f"push-{number}",
        "due_at": real,
        "attempts": 0,
        "created_at": real,
        "once": f"load:{number}",
    }


async def _cry(cries: Cries, seconds: float) -> None:
    """Steadily, whether or not the one before it was answered."""
    began, running = time.perf_counter(), []
    number = 0
    while time.perf_counter() - began < seconds:
        who = cries.by_key(f"+86188{number:08d}") if number % 2 else cries.by_message(f"sos-{number}")
        running.append(asyncio.create_task(who))
        number += 1
        await asyncio.sleep(max(0.0, began + number * EVERY_SECONDS - time.perf_counter()))
        if number % 20 == 0:
            print(f"  {number} cries, {len(cries.answered)} answered", file=sys.stderr, flush=True)
    await asyncio.gather(*running)


def _crowd(port: int, rate: float, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.load.residents", "--port", str(port), "-c", "16"]
    command += ["--seconds", str(seconds), "--rate", str(rate)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def play(server: Server, given: argparse.Namespace) -> tuple[Cries, dict[str, float]]:
    """The cries beside the load; what the others met."""
    crowd = _crowd(server.port, given.rate, given.seconds + 4)
    cries = Cries(server.port)
    time.sleep(2)
    asyncio.run(_cry(cries, given.seconds))
    told, _ = crowd.communicate(timeout=120)
    met = json.loads(told)
    rate = met["messages"] / met["seconds"]
    return cries, {"rate": rate, "errors": met["errors"], "p99": percentile(sorted(met["waits_ms"]), 0.99)}


def waits(cries: Cries, vendor: Vendor, database: Path) -> dict[str, float]:
    """Who cried → seconds until the first call for them was at the vendor."""
    about, by = alarms_of_calls(database), senders(database)
    first: dict[str, float] = {}
    for call, _, at in vendor.hands:
        who = by.get(about.get(call, ""), "")
        if who in cries.sent:
            first[who] = min(at - cries.sent[who], first.get(who, 1e9))
    return first


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.sos", description=__doc__)
    parser.add_argument("--rate", type=float, default=150.0, help="messages a second beside the cries (half the limit)")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pushes", type=int, default=20_000, help="that wait in the outbox")
    given = parser.parse_args(arguments)
    vendor, port = Vendor(delay=SLOW_SECONDS), free_port()
    with tempfile.TemporaryDirectory(prefix="linli-sos-") as made:
        folder, database = Path(made), Path(made) / "linli.db"
        copy_model(ROOT / "data" / "model", folder / "model")
        print(f"  {given.pushes} pushes are written down", file=sys.stderr, flush=True)
        fill(folder, given.pushes)
        with served(
            PRODUCT, folder, "linli.db", "", port=port, root=ROOT, within=READY_SECONDS, **surroundings(vendor, port)
        ) as server:
            cries, beside = play(server, given)
            time.sleep(min(AFTER_SECONDS, given.seconds))
            left = rows(database, "SELECT count(*) FROM outbox WHERE channel = 'sms' AND queue IS NOT NULL")[0][0]
        took = waits(cries, vendor, database)
    vendor.close()
    return told(cries, took, beside, left)


def told(cries: Cries, took: dict[str, float], beside: dict[str, float], left: int) -> int:
    parts = {"message": [s for who, s in took.items() if who.startswith("sos-")]}
    parts["key"] = [s for who, s in took.items() if not who.startswith("sos-")]
    shown = "; ".join(f"by {name} p99 {1000 * percentile(sorted(s), 0.99):,.0f}" for name, s in parts.items() if s)
    all_ = sorted(took.values())
    missing = [who for who in cries.sent if who not in took]
    p50, p99 = (percentile(all_, share) for share in (0.5, 0.99))
    good = bool(all_) and p99 <= PROMISE_SECONDS and not missing and left > 0
    ms = {"p50": 1000 * p50, "p99": 1000 * p99, "longest": 1000 * max(all_, default=0)}
    print(
        f"{len(cries.sent)} cries at {beside['rate']:.0f} messages/s with {left} pushes waiting still: first call at "
        f"the vendor {', '.join(f'{name} {value:,.0f} ms' for name, value in ms.items())} (goal p99 1,000; {shown}); "
        f"{len(missing)} without a call, {len(cries.lost)} unanswered; others' p99 {beside['p99']:,.0f} ms, "
        f"{beside['errors']} wrong: {'held' if good else 'MISSED'}"
    )
    return int(not good)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
