"""Writes EVALUATION.md out of what was measured; no number in it comes from anywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

import numpy as np

from intents.exam import figures
from intents.exam.figures import Judged
from tests.evaluate.parts import Result

Measure = tuple[str, str]


def engines_table(results: Sequence[Result]) -> list[str]:
    """One row an engine; several seeds are their mean and, in brackets, least and most."""
    rows = [
        "| engine | seeds | accuracy | zh_Hans | en | macro-F1 | none-of-ours AUROC | recall at 5 % | wrongly accepted "
        "| wrongly rejected | ECE | training s |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, runs in _by_engine(results).items():
        cells = [
            _spread([figures.accuracy(run.rows) for run in runs]),
            *(_spread([figures.accuracy(_of(run.rows, lang)) for run in runs]) for lang in ("zh_Hans", "en")),
            _spread([figures.macro_f1(run.rows) for run in runs]),
            _spread([figures.auroc(run.rows) for run in runs]),
            _spread([figures.recall_at(run.rows) for run in runs]),
            _spread([figures.rejected(run.rows)[0] for run in runs]),
            _spread([figures.rejected(run.rows)[1] for run in runs]),
            _spread([figures.ece(run.rows) for run in runs]),
            _seconds([run.fitted for run in runs if run.fitted]),
        ]
        rows.append(f"| {name} | {len(runs)} | {' | '.join(cells)} |")
    return rows


def lead_table(results: Sequence[Result]) -> list[str]:
    """Our engine against each other one, the same seed and the same sentences."""
    ours = {run.seed: run for run in results if run.name == "embedded"}
    rows = ["| against | seed | lead in accuracy | 95 % of paired resamples |", "|---|---|---|---|"]
    for run in results:
        if run.name != "embedded":
            lead, low, high = figures.bootstrap(ours[run.seed].rows, run.rows)
            rows.append(f"| {run.name} | {run.seed} | {lead:+.3f} | {low:+.3f} … {high:+.3f} |")
    return rows


def commits(results: Sequence[Result], now: str) -> str:
    """Which code was measured; part by part where they differ.

    now: the code that danger and values are read with.
    """
    found: dict[str, list[str]] = {}
    for run in results:
        found.setdefault(run.commit, []).append(f"{run.name} {run.seed}")
    found.setdefault(now, []).append("danger and values")
    if len(found) == 1:
        return f"All of it was measured at commit {now}." if now else ""
    told = "; ".join(f"{one} ({', '.join(names)})" for one, names in found.items())
    return f"Measured at these commits: {told}."


def times_table(results: Sequence[Result]) -> list[str]:
    rows = [
        "| beside | seed | ours p50 ms | p99 | Rasa p50 ms | p99 | times faster (p50) | ours, of a core | Rasa | × |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for run in results:
        if run.timed is None:
            continue
        a, b = (np.percentile(each, [50, 99]) for each in run.timed)
        waited = f"{a[0]:.2f} | {a[1]:.2f} | {b[0]:.2f} | {b[1]:.2f} | {b[0] / a[0]:.1f}"
        rows.append(f"| {run.name} | {run.seed} | {waited} | {_of_a_core(run.cores)} |")
    return rows


def _of_a_core(cores: tuple[float, float] | None) -> str:
    """Milliseconds of both, and how many times ours lies in theirs."""
    return "– | – | –" if cores is None else f"{cores[0]:.2f} | {cores[1]:.2f} | {cores[1] / cores[0]:.1f}"


def confusion_table(runs: Sequence[Result]) -> list[str]:
    rows = ["| engine | meant | understood as | times |", "|---|---|---|---|"]
    for run in runs:
        rows += [f"| {run.name} | {truth} | {said} | {n} |" for truth, said, n in figures.confused(run.rows)]
    return rows


def _by_engine(results: Sequence[Result]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for run in results:
        found.setdefault(run.name, []).append(run)
    return found


def _of(rows: Sequence[Judged], language: str) -> list[Judged]:
    return [row for row in rows if row.language == language]


def _spread(values: Sequence[float]) -> str:
    return f"{mean(values):.3f}" + (f" ({min(values):.3f}–{max(values):.3f})" if len(values) > 1 else "")


def _seconds(values: Sequence[float]) -> str:
    return f"{mean(values):.0f}" if values else "kept"
