"""kill -9 at random points of many ladders: `python -m tests.load.sos_kills`, about ten minutes, never over fifteen.

Somebody cries every few seconds; meanwhile the server, or with `--postgres` one of its processes, is killed again and
again. In the end every rung of every alarm must have been handed to the vendor, none more than twice under its key, and
none later than 5 s after it was due. When the time is over no more is killed, and that counts as missed. `--control`
serves a product that forgets what it waits for, and must be caught.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.drill.judge import Gaps, dead_between
from tests.load.nursery import Nursery
from tests.load.process import ROOT, Server, copy_model, free_port, is_ready, served, where
from tests.load.rungs import Cries, Vendor, clock, rows, surroundings
from tests.postgres import start

LATEST_SECONDS, MOST = 5.0, 2
# What may be wrong.
UNANSWERED, UNRUNG, DOUBLED = "cries never answered", "rungs never rung", "rungs rung more than twice"
AMISS, TOO_FEW = "sums that are amiss", "kills too few"
# No promise: so long is a start waited for, and whoever is in danger calls again.
READY, PATIENCE = 60.0, 90.0
CRY_EVERY, CALM = 10.0, (3.0, 8.0)
# The whole of a ladder's first round, and the last restart.
LAST_RUNG, SPARE = 120, 15.0


@dataclass
class Court:
    """Where the product runs, and how it is begun again."""

    folder: Path
    url: str
    port: int
    vendor: Vendor
    module: tuple[str, ...]
    stack: ExitStack
    until: float
    server: Server | None = None
    # When nothing ran, because it was killed and begun again.
    gaps: list[tuple[float, float]] = field(default_factory=list)
    kills: int = 0
    nursery: Nursery | None = None

    @property
    def told(self) -> dict[str, str]:
        return surroundings(self.vendor, self.port) | {"LINLI_NODE": "court"}

    def hand_out(self) -> None:
        """From now on copies of one program that has everything imported already."""
        told = where(self.folder, "linli.db", self.url, self.port) | self.told
        self.nursery = Nursery(self.module[1:], told, self.folder / "nursery.log")
        self.stack.callback(self.nursery.close)
        self.stack.callback(self.end)

    def end(self) -> None:
        if self.server is not None:
            os.kill(self.server.pid, signal.SIGKILL)

    def begin(self) -> None:
        """As whoever keeps a service alive does."""
        told = self.told
        while clock() < self.until + PATIENCE:
            if self.nursery is not None:
                self.server = copied(self.nursery, self.port)
                return
            begun = served(
                self.module, self.folder, "linli.db", self.url, port=self.port, root=ROOT, within=READY, **told
            )
            try:
                self.server = self.stack.enter_context(begun)
            except RuntimeError as error:
                print(f"  {str(error).splitlines()[-1]}", file=sys.stderr, flush=True)
            else:
                return
        raise RuntimeError("it cannot be begun again")

    async def kill(self, dice: random.Random) -> None:
        """Any process; its parent, a crew or whoever keeps a service alive, begins it again."""
        server = self.server
        assert server is not None, "nothing runs yet"
        crew = server.crew()
        victim = dice.choice([server.pid, *crew])
        os.kill(victim, signal.SIGKILL)
        if victim == server.pid:
            at = clock()
            for left in crew:
                # Whoever keeps a service alive ends what is left of it before it begins it again.
                os.kill(left, signal.SIGKILL)
            await asyncio.to_thread(self.begin)
            self.gaps.append((at, clock()))


def copied(nursery: Nursery, port: int) -> Server:
    began = clock()
    pid = nursery.begin()
    while not is_ready(port):
        if clock() - began > READY:
            raise RuntimeError("a copy was never ready")
        time.sleep(0.02)
    return Server(pid, port, clock() - began)


async def _trouble(court: Court, given: argparse.Namespace) -> Cries:
    dice, cries = random.Random(given.seed), Cries(court.port)  # noqa: S311 - no secret
    crying: set[asyncio.Task[None]] = set()
    over = False

    async def cry() -> None:
        while not over:
            crying.add(asyncio.create_task(cries.by_message(f"kill-{len(crying)}", patience=PATIENCE)))
            await asyncio.sleep(CRY_EVERY)

    steady = asyncio.create_task(cry())
    for number in range(given.kills):
        await asyncio.sleep(dice.uniform(*CALM))
        if clock() > court.until:
            break
        await court.kill(dice)
        court.kills += 1
        if number % 5 == 4:
            told = f"  {number + 1} kills, {len(cries.sent)} cries, {len(court.vendor.hands)} calls handed over"
            print(told, file=sys.stderr, flush=True)
    over = True
    await steady
    await asyncio.gather(*crying)
    await asyncio.sleep(LAST_RUNG * given.pace + SPARE)
    return cries


def judged(
    database: Path | str, vendor: Vendor, cries: Cries, gaps: Gaps = ()
) -> tuple[list[str], list[tuple[float, float]]]:
    """What is wrong, and how late each rung of the first round was: in all, and without what the restarts took."""
    wrong = [f"{UNANSWERED}: {who}" for who in cries.lost]
    first: dict[str, float] = {}
    times: Counter[str] = Counter()
    for call, _, at in list(vendor.hands):
        first[call] = min(at, first.get(call, at))
        times[call] += 1
    calls: dict[str, str] = {str(once): str(key) for key, once in rows(database, "SELECT id, once FROM ring")}
    steps = rows(
        database,
        "SELECT id, alarm_id, kind, due_at FROM alarm_step WHERE round = 1 AND kind <> 'console'",
    )
    late = []
    for key, alarm, kind, due in steps:
        call = calls.get(f"ladder:{key}", "")
        if call not in first:
            wrong.append(f"{UNRUNG}: {kind} of {alarm}")
            continue
        at = _seconds(due)
        late.append((first[call] - at, first[call] - at - dead_between(gaps, at, first[call])))
        if times[call] > MOST:
            wrong.append(f"{DOUBLED}: {kind} of {alarm}, {times[call]} times")
    (raised,), (laddered,) = (
        rows(database, f"SELECT count(DISTINCT {what}) FROM {where}")[0]  # noqa: S608 - both are ours
        for what, where in (("id", "alarm"), ("alarm_id", "alarm_step"))
    )
    if not len(cries.answered) <= raised == laddered <= len(cries.sent):
        wrong.append(f"{AMISS}: {len(cries.answered)} cries answered, {raised} alarms, {laddered} with a ladder")
    return wrong, late


def handed(database: Path | str, vendor: Vendor) -> str:
    """All that the vendor was asked to ring, by what for, and how many of these requests repeated one before."""
    purposes = dict(rows(database, "SELECT id, purpose FROM ring"))
    calls = Counter(call for call, _, _ in vendor.hands)
    by = Counter(str(purposes.get(call, "unknown")) for call in calls)
    repeated = sum(times - 1 for times in calls.values())
    return f"{', '.join(f'{n} {name}' for name, n in by.most_common())}; {repeated} repeated with their key"


def _seconds(due: Any) -> float:
    """As SQLite and PostgreSQL keep it: without a zone, in UTC."""
    at = due if isinstance(due, datetime) else datetime.fromisoformat(str(due))
    return at.replace(tzinfo=UTC).timestamp()


def play(given: argparse.Namespace) -> int:
    vendor, port = Vendor(), free_port()
    # A ladder that nobody ever answers rings everybody for hours; here each ends, or the load would only grow.
    paced = ["--pace", str(given.pace), "--rounds", "1", *(["--forgetful"] if given.control else [])]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-kills-")))
        copy_model(ROOT / "data" / "model", folder / "model")
        url = ""
        if given.postgres:
            server = start()
            stack.callback(server.stop)
            url, paced = server.create(), [*paced, "--workers", "2"]
        tail = LAST_RUNG * given.pace + SPARE + PATIENCE
        until = clock() + given.minutes * 60 - tail
        court = Court(folder, url, port, vendor, ("tests.load.paced", *paced), stack, until)
        if given.nursery:
            court.hand_out()
        court.begin()
        cries = asyncio.run(_trouble(court, given))
        wrong, late = judged(url or folder / "linli.db", vendor, cries, court.gaps)
        print(f"  calls: {handed(url or folder / 'linli.db', vendor)}")
        took = sorted(end - begun for begun, end in court.gaps)
        if took:
            print(f"  {len(took)} restarts: median {took[len(took) // 2]:.1f} s, longest {took[-1]:.1f} s until ready")
        if court.kills < given.kills:
            wrong.append(f"{TOO_FEW}: {court.kills} of {given.kills} in {given.minutes:.0f} minutes")
    vendor.close()
    return told(given, court.kills, cries, wrong, late)


def told(
    given: argparse.Namespace, kills: int, cries: Cries, wrong: list[str], waits: list[tuple[float, float]]
) -> int:
    amiss = Counter(line.partition(":")[0] for line in wrong)
    for line in wrong:
        print(f"  {line}", file=sys.stderr)
    late, own = (sorted(one[place] for one in waits) for place in (0, 1))
    slow = sum(one > LATEST_SECONDS for one in own)
    behind = sum(one > LATEST_SECONDS for one in late)
    good = bool(late) and not wrong and not behind
    middle, worst = (late[len(late) // 2], late[-1]) if late else (0.0, 0.0)
    print(
        f"{kills} kills under {len(cries.sent)} alarms on {'PostgreSQL' if given.postgres else 'SQLite'}: "
        f"{len(late)} rungs, {', '.join(f'{n} {what}' for what, n in amiss.items()) or 'none lost or doubled'}, "
        f"{behind} later than {LATEST_SECONDS:.0f} s; "
        f"after they were due: median {middle:.1f} s, longest {worst:.1f} s; "
        f"without the restarts {slow} later, longest {own[-1] if own else 0.0:.1f} s: {'held' if good else 'MISSED'}"
    )
    if given.control:
        caught = UNRUNG in amiss
        print("the control was caught" if caught else "THE CONTROL WAS NOT CAUGHT")
        return int(not caught)
    return int(not good)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.sos_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pace", type=float, default=0.2, help="of the ladder's waits: 0.2 makes 6 s of 30")
    parser.add_argument("--minutes", type=float, default=15, help="it ends by itself, whatever was reached")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="two processes, of which any is killed, on PostgreSQL")
    parser.add_argument("--nursery", action="store_true", help="copies of a program that has everything imported")
    parser.add_argument("--control", action="store_true", help="a product that must be caught")
    return play(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
