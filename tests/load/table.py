"""The tables of BENCHMARKS.md from one command: `python -m tests.load.table`, or `make bench`.

One process on SQLite and one, two and four on PostgreSQL, each beside its ceiling in the same run, about four minutes
on two quiet cores. `--turn` (one minute), `--past` (ten) and `--memory` (six) make the others. Ends with 1 when an
answer was wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.load import bench, memory, past, turn
from tests.load.bench import Plan

GOAL = 0.4
PLANS = {
    "SQLite, 1 process": Plan(),
    "PostgreSQL, 1 worker": Plan(postgres=True, residents=16),
    "PostgreSQL, 2 workers": Plan(workers=2, postgres=True, residents=16),
    "PostgreSQL, 4 workers": Plan(workers=4, postgres=True, residents=16),
}
TITLES = (
    *("", "messages/s", "ceiling", "ratio (goal ≥ 0.4)", "p50 / p95 / p99 ms", "its p99 ms"),
    *("CPU ms a message: ours / ceiling", "peak RSS MB", "wrong answers"),
)
HEAD = f"| {' | '.join(TITLES)} |\n{'|---' * len(TITLES)}|"


def row(name: str, result: dict[str, Any]) -> str:
    """One line of the table; a ratio below the goal says so."""
    ours, best = result["ours"], result["ceiling"]
    ratio = f"{result['ratio']:.2f}" if result["ratio"] >= GOAL else f"**{result['ratio']:.2f}, missed**"
    waits = " / ".join(f"{ours[p]:.1f}" for p in ("p50_ms", "p95_ms", "p99_ms"))
    cells = [
        name,
        f"{ours['per_second']:,.0f}",
        f"{best['per_second']:,.0f}",
        ratio,
        waits,
        f"{best['p99_ms']:.1f}",
        f"{ours['cpu_ms']:.2f} / {best['cpu_ms']:.2f}",
        "-" if ours["peak_rss_mb"] is None else f"{ours['peak_rss_mb']:.0f}",
        f"{result['errors']} of {ours['messages']:,}",
    ]
    return f"| {' | '.join(cells)} |"


def rates(seconds: float, rounds: int, only: str) -> int:
    """The first table, a line as soon as it is known; how many answers were wrong."""
    print(HEAD, flush=True)
    errors = 0
    for name, plan in PLANS.items():
        if only not in name:
            continue
        plan = replace(plan, seconds=seconds, rounds=rounds, twice=False)
        result = bench.run(plan)
        print(row(name, result), flush=True)
        for line in result["shown"]:
            print(f"wrong: {line}", file=sys.stderr)
        errors += result["errors"]
    return errors


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.table", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each")
    parser.add_argument("--only", default="", metavar="WORDS", help="only the lines with these words in their name")
    parser.add_argument("--turn", action="store_true", help="a whole turn inside the process, and its hops")
    parser.add_argument("--past", action="store_true", help="a long past, on both databases")
    parser.add_argument("--memory", action="store_true", help="memory after 100,000 messages")
    given = parser.parse_args(arguments)
    asked = given.turn or given.past or given.memory
    failed = 0 if asked and not given.only else rates(given.seconds, given.rounds, given.only)
    if given.turn:
        failed += turn.main([])
    if given.past:
        failed += past.main([]) + past.main(["--postgres"])
    if given.memory:
        failed += memory.main([])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
