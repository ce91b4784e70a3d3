"""Measures the product under whole conversations, and in the same run the ceiling it is to be compared with.

`python -m tests.load.bench`: rounds of the ceiling and of the product take turns, because the machine is shared;
what is printed are medians over the rounds. Ends with 1 only when an answer was wrong.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.load.process import CEILING, PRODUCT, ROOT, Server, copy_model, served

WARM_UP = ("-n", "28")
SPARE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured. residents: at a time; conversations: a round, instead of `seconds`; twice: started once before,
    so that a first and a second start are timed."""

    workers: int = 1
    postgres: bool = False
    residents: int = 8
    seconds: float = 5.0
    conversations: int | None = None
    rounds: int = 3
    twice: bool = True


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds; the longest wait, the counts and the errors are over all of them."""

    rounds: int
    conversations: int
    messages: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    errors: int
    client_cpu: float


def percentile(waits: Sequence[float], share: float) -> float:
    """The nearest rank: the smallest wait that at least this share did not exceed; 0 when there is none."""
    if not waits:
        return 0.0
    return sorted(waits)[max(0, -(-round(share * 1000) * len(waits) // 1000) - 1)]


def figures(rounds: Sequence[dict[str, Any]]) -> Figures:
    def middle(of: list[float]) -> float:
        return round(statistics.median(of), 2)

    return Figures(
        rounds=len(rounds),
        conversations=sum(one["conversations"] for one in rounds),
        messages=sum(one["messages"] for one in rounds),
        per_second=middle([one["messages"] / one["seconds"] for one in rounds]),
        p50_ms=middle([percentile(one["waits_ms"], 0.50) for one in rounds]),
        p95_ms=middle([percentile(one["waits_ms"], 0.95) for one in rounds]),
        p99_ms=middle([percentile(one["waits_ms"], 0.99) for one in rounds]),
        max_ms=max((wait for one in rounds for wait in one["waits_ms"]), default=0.0),
        errors=sum(one["errors"] for one in rounds),
        client_cpu=middle([one["client_cpu"] for one in rounds]),
    )


def play(server: Server, options: Sequence[str], seconds: float) -> dict[str, Any]:
    """One round by a client process; what its residents met."""
    command = [sys.executable, "-m", "tests.load.residents", "--port", str(server.port), *options]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=seconds + SPARE_SECONDS
    )
    met: dict[str, Any] = json.loads(done.stdout)
    return met


def measure(folder: Path, plan: Plan, urls: list[str] | None) -> dict[str, Any]:
    """Start both servers, let the rounds take turns, stop both; urls: their databases, None for files in the folder."""
    crew = ("--workers", str(plan.workers))
    url, its_url = urls or ("", "")
    length = ("-n", str(plan.conversations)) if plan.conversations else ("--seconds", str(plan.seconds))
    crowd = ("-c", str(plan.residents))
    options = (*crowd, *length)
    first = None
    if plan.twice:
        with served((*PRODUCT, *crew), folder, "ours.db", url) as first:
            pass
    with (
        served((*CEILING, *crew), folder, "ceiling.db", its_url) as ceiling,
        served((*PRODUCT, *crew), folder, "ours.db", url) as ours,
    ):
        warm = [
            play(ceiling, (*crowd, *WARM_UP, "--drum"), 0),
            play(ours, (*crowd, *WARM_UP), 0),
        ]
        at_best, real = [], []
        used = ours.cpu_seconds(), ceiling.cpu_seconds()
        for _ in range(plan.rounds):
            at_best.append(play(ceiling, (*options, "--drum"), plan.seconds))
            real.append(play(ours, options, plan.seconds))
        spent = ours.cpu_seconds() - used[0], ceiling.cpu_seconds() - used[1]
        peak, its_peak = ours.peak_mb(), ceiling.peak_mb()
    ours_figures, ceiling_figures = figures(real), figures(at_best)
    best = ceiling_figures.per_second
    # Side by side in time, so that a neighbour's burst falls on both of a pair.
    pairs = [_rate(a) / _rate(b) for a, b in zip(real, at_best, strict=True) if _rate(b)]
    return {
        "concurrency": plan.residents,
        "first_start_s": round(first.ready_after, 2) if first else None,
        "second_start_s": round(ours.ready_after, 2),
        "ours": {**asdict(ours_figures), "peak_rss_mb": peak, "cpu_ms": _each(spent[0], ours_figures)},
        "ceiling": {**asdict(ceiling_figures), "peak_rss_mb": its_peak, "cpu_ms": _each(spent[1], ceiling_figures)},
        "ratio": round(statistics.median(pairs), 3) if best and pairs else None,
        "errors": sum(one["errors"] for one in (*warm, *real, *at_best)),
        "shown": [line for one in (*warm, *real, *at_best) for line in one["shown"]][:10],
    }


def _each(seconds: float, of: Figures) -> float:
    """Milliseconds of a core's time in the serving processes, for one message."""
    return round(1000 * seconds / max(1, of.messages), 2)


def _rate(one: dict[str, Any]) -> float:
    rate: float = one["messages"] / one["seconds"]
    return rate


def report(result: dict[str, Any]) -> str:
    """The numbers as a table for people."""
    rows = [
        ("messages/s", "per_second", "{:,.0f}"),
        ("p50 ms", "p50_ms", "{:.1f}"),
        ("p95 ms", "p95_ms", "{:.1f}"),
        ("p99 ms", "p99_ms", "{:.1f}"),
        ("max ms", "max_ms", "{:.1f}"),
        ("messages", "messages", "{:,}"),
        ("conversations", "conversations", "{:,}"),
        ("errors", "errors", "{}"),
        ("peak RSS MB", "peak_rss_mb", "{:.0f}"),
        ("CPU ms/message", "cpu_ms", "{:.2f}"),
        ("client CPU", "client_cpu", "{:.0%}"),
    ]
    lines = [f"{'':16}{'Linli':>10}{'ceiling':>10}   {result['concurrency']} residents at a time"]
    for title, name, form in rows:
        cells = [result[side][name] for side in ("ours", "ceiling")]
        shown = ["-" if cell is None else form.format(cell) for cell in cells]
        lines.append(f"{title:16}{shown[0]:>10}{shown[1]:>10}")
    lines.append(f"ratio to the ceiling of the same run: {result['ratio']}")
    lines.append(
        f"ready after {result['first_start_s']} s on a fresh database, {result['second_start_s']} s after that"
    )
    lines.extend(f"wrong: {line}" for line in result["shown"])
    return "\n".join(lines)


@contextmanager
def databases(
    postgres: bool, count: int = 2, settings: tuple[str, ...] = ("max_connections = 200",)
) -> Iterator[list[str] | None]:
    """Databases of an embedded PostgreSQL, which keeps its promises (fsync) unless told otherwise; None for SQLite."""
    if not postgres:
        yield None
        return
    # Only whoever asks for it needs it.
    from tests.postgres import start

    server = start(settings)
    try:
        yield [server.create() for _ in range(count)]
    finally:
        server.stop()


def run(plan: Plan) -> dict[str, Any]:
    """One measurement on databases of its own, with a copy of the model as it stands."""
    with databases(plan.postgres) as urls, tempfile.TemporaryDirectory(prefix="linli-bench-") as made:
        folder = Path(made)
        copy_model(ROOT / "data" / "model", folder / "model")
        return measure(folder, plan, urls)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument("-c", type=int, default=8, help="residents at a time")
    parser.add_argument("-n", type=int, help="conversations a round, instead of --seconds")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    parser.add_argument("--workers", type=int, default=1, help="processes of each; more than one needs --postgres")
    parser.add_argument("--postgres", action="store_true", help="on an embedded PostgreSQL instead of SQLite")
    given = parser.parse_args(arguments)
    plan = Plan(given.workers, given.postgres, given.c, given.seconds, given.n, given.rounds)
    result = run(plan)
    print(report(result), flush=True)
    if given.json is not None:
        given.json.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 1 if result["errors"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
