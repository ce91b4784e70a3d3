"""The bench itself works: it walks its conversations without an error, and it does see wrong answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.bench import percentile, play
from tests.load.process import CEILING, ROOT, served
from tests.load.scripts import SCRIPTS, Script, told, wrong
from tests.load.table import HEAD, row


def test_a_short_run_has_no_errors(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tests.load.bench", "-n", "20", "-c", "4", "--rounds", "1", "--json", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(out.read_text(encoding="utf-8"))
    assert result["errors"] == 0
    assert result["ours"]["conversations"] == 20
    assert result["ours"]["messages"] > 40
    assert result["ceiling"]["messages"] == 20
    assert result["ratio"] > 0
    assert "messages/s" in done.stdout


def test_wrong_answers_are_counted(tmp_path: Path) -> None:
    """The ceiling answers everything with the same number: too early, or never the words that were said."""
    with served(CEILING, tmp_path, "ceiling.db") as server:
        met = play(server, ("-n", "28", "-c", "4"), 0)
    assert met["conversations"] == 28
    assert met["errors"] == 28
    assert met["shown"]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0), (0.001, 1.0)])
def test_percentiles_take_the_nearest_rank(share: float, expected: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == expected


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.99) == 0.0


@pytest.mark.parametrize("script", [told(n) for n in range(len(SCRIPTS))], ids=lambda script: script.name)
def test_an_end_without_a_number_is_wrong(script: Script) -> None:
    last = len(script.steps) - 1
    held = script.steps[last][1]
    assert wrong(script, last, 200, [{"text": f"{held} R-20260302-0001"}]) is None
    assert wrong(script, last, 200, [{"text": f"{held} noted"}]) is not None
    assert wrong(script, last, 503, [{"text": f"{held} R-20260302-0001"}]) is not None
    assert wrong(script, last, 200, []) is not None


def test_no_two_residents_say_quite_the_same() -> None:
    openings = {told(n).steps[0][0] for n in range(0, 20 * len(SCRIPTS), len(SCRIPTS))}
    assert len(openings) == 20


@pytest.mark.parametrize(("ratio", "shown"), [(0.4, "| 0.40 |"), (0.38, "| **0.38, missed** |")])
def test_a_line_of_the_table_says_what_missed_its_goal(ratio: float, shown: str) -> None:
    side = {"per_second": 1234.0, "p50_ms": 1.0, "p95_ms": 2.0, "p99_ms": 3.0, "cpu_ms": 0.5, "messages": 9}
    sides = {"ours": {**side, "peak_rss_mb": 150.0}, "ceiling": {**side, "peak_rss_mb": 110.0}}
    line = row("SQLite", {**sides, "ratio": ratio, "errors": 0})
    assert shown in line
    assert line.count("|") == HEAD.splitlines()[1].count("|")


def test_an_early_number_is_wrong() -> None:
    script = told(0)
    assert wrong(script, 0, 200, [{"text": f"{script.steps[0][1]} R-20260302-0001"}]) is not None
