"""Plays all scripts side by side on a served product: `make drill`; ends with 1 when a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.drill.judge import FIRST_SECONDS, Told, alarm_of, complete, judged, table
from tests.drill.stage import Played, Stage, scripts
from tests.load.line import HOST
from tests.load.process import READY_SECONDS, ROOT, Server, copy_model, free_port, served
from tests.load.rungs import Vendor, clock, surroundings

# So much of the ladder is played: its last rung, and when nobody has answered.
WHOLE = 180.0
# Beyond the last wait: a restart, and a machine with other work.
SPARE = 2.0
# No promise, only the end of it: what is late is told as late.
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """pace: of the ladder's waits; kills: of the server while it lasts; slow: seconds that the vendor takes over a
    call; quick: whether seconds are judged; warm: seconds after readiness until everybody cries, as a start is seen
    by the kills."""

    pace: float = 0.1
    kills: int = 2
    slow: float = 0.5
    quick: bool = True
    warm: float = 5.0


async def _play(plan: Plan, stage: Stage, database: Path, begin: Again) -> list[Told]:
    parts = [Played(script, number) for number, script in enumerate(scripts(), 1)]
    await asyncio.sleep(plan.warm)
    least = clock() + WHOLE * plan.pace + SPARE
    until = least + PATIENCE
    killing = asyncio.create_task(_trouble(plan, begin))
    acting = [asyncio.create_task(_act(stage, one, database, until)) for one in parts]
    await asyncio.gather(*acting)
    await killing
    await asyncio.sleep(max(0.0, least - clock()))
    while clock() < until and not all(complete(one, database, begin.vendor) for one in parts):
        await asyncio.sleep(0.5)
    told = [judged(one, database, begin.vendor, alarm_of(one, database), begin.gaps, quick=plan.quick) for one in parts]
    await stage.desk([(one.played, one.alarm) for one in told])
    await stage.close()
    return told


async def _act(stage: Stage, played: Played, database: Path, until: float) -> None:
    await stage.cry(played)
    if played.script.answers:
        await stage.pick_up(played, lambda: alarm_of(played, database), until)


async def _trouble(plan: Plan, begin: Again) -> None:
    """Between two rungs, wherever that is."""
    dice = random.Random(1)  # noqa: S311 - no secret
    for _ in range(plan.kills):
        await asyncio.sleep(WHOLE * plan.pace / (plan.kills + 1) * dice.uniform(0.5, 1.0))
        at = clock()
        os.kill(begin.server.pid, signal.SIGKILL)
        await asyncio.to_thread(begin.again)
        begin.gaps.append((at, clock()))


class Again:
    """The served product, begun again as often as it is killed. gaps: when nothing ran."""

    def __init__(self, plan: Plan, folder: Path, vendor: Vendor, stack: ExitStack) -> None:
        self.vendor, self.port = vendor, free_port()
        self._module, self._folder = ("tests.load.paced", "--pace", str(plan.pace)), folder
        self._told = surroundings(vendor, self.port) | {"LINLI_CONFIG": str(_config(folder, plan.pace))}
        self._stack = stack
        self.gaps: list[tuple[float, float]] = []
        self.server: Server
        self.again()

    def again(self) -> None:
        started = served(
            self._module, self._folder, "linli.db", "", port=self.port, root=ROOT, within=READY_SECONDS, **self._told
        )
        self.server = self._stack.enter_context(started)


def _config(folder: Path, pace: float) -> Path:
    """Ours, with the wait after the question of danger as short as the ladder's."""
    written = (ROOT / "config.yml").read_text(encoding="utf-8")
    shorter = f"waits: {{chat: {180 * pace / 4}, call: {25 * pace},"
    shortened = written.replace("waits: {chat: 180, call: 25,", shorter)
    if shortened == written:
        raise RuntimeError("config.yml names its waits in another way")
    (folder / "config.yml").write_text(shortened, encoding="utf-8")
    return folder / "config.yml"


def play(plan: Plan) -> list[Told]:
    vendor = Vendor(delay=plan.slow / 5, slow=plan.slow)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-drill-")))
        copy_model(ROOT / "data" / "model", folder / "model")
        begin = Again(plan, folder, vendor, stack)
        stage = Stage(f"http://{HOST}:{begin.port}", vendor, folder / "linli.db")
        told = asyncio.run(_play(plan, stage, folder / "linli.db", begin))
    vendor.close()
    return told


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("--pace", type=float, default=0.1, help="1 plays the ladder in its own minutes")
    parser.add_argument("--kills", type=int, default=2)
    given = parser.parse_args(arguments)
    told = play(Plan(given.pace, given.kills))
    broken = sum(bool(one.played.wrong) for one in told)
    print(f"The ladder at {given.pace:g} of its waits, {given.kills} times killed, a vendor that takes its time:")
    print("\n".join(table(told)))
    firsts = sorted(one.first for one in told if one.first is not None)
    within = sum(one <= FIRST_SECONDS for one in firsts)
    print(
        f"{len(told)} scripts in one moment, {broken} broken; first rung at the vendor: {within} of {len(firsts)} "
        f"within {FIRST_SECONDS:.0f} s, median {firsts[len(firsts) // 2]:.2f} s, longest {firsts[-1]:.2f} s"
        if firsts
        else "nobody was rung"
    )
    print("(due) in seconds; †: seconds of these in which nothing ran after a kill, not counted for the first rung")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
