"""The arithmetic of the evaluation, so that every number has one definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

OUT_OF_SCOPE = "out_of_scope"
BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out sentence and what an engine said.

    said: its intent after its threshold; best: before; sure: P(best is right), as it claims; within: how much
    speaks for any intent of ours at all.
    """

    truth: str
    language: str
    said: str
    best: str
    sure: float
    within: float


def accuracy(rows: Sequence[Judged]) -> float:
    return sum(row.said == row.truth for row in rows) / max(1, len(rows))


def macro_f1(rows: Sequence[Judged]) -> float:
    names = {row.truth for row in rows}
    return sum(_f1(rows, name) for name in names) / max(1, len(names))


def _f1(rows: Sequence[Judged], name: str) -> float:
    hit = sum(row.truth == name == row.said for row in rows)
    said, true = sum(row.said == name for row in rows), sum(row.truth == name for row in rows)
    return 2 * hit / (said + true) if said + true else 0.0


def ece(rows: Sequence[Judged]) -> float:
    """Expected calibration error of the best guess, ten bins of equal width."""
    total = 0.0
    for low in range(BINS):
        inside = [row for row in rows if min(BINS - 1, int(row.sure * BINS)) == low]
        if inside:
            right = sum(row.best == row.truth for row in inside) / len(inside)
            total += len(inside) * abs(right - sum(row.sure for row in inside) / len(inside))
    return total / max(1, len(rows))


def auroc(rows: Sequence[Judged]) -> float:
    """How often a sentence of ours has more speaking for it than one that is none of ours."""
    ours = np.array([row.within for row in rows if row.truth != OUT_OF_SCOPE])
    others = np.array([row.within for row in rows if row.truth == OUT_OF_SCOPE])
    above = (ours[:, None] > others[None, :]).mean()
    return float(above + 0.5 * (ours[:, None] == others[None, :]).mean())


def recall_at(rows: Sequence[Judged], false_rejection: float = 0.05) -> float:
    """Out-of-scope recall where just this share of ours would be turned away, on this very set."""
    threshold = np.quantile([row.within for row in rows if row.truth != OUT_OF_SCOPE], false_rejection)
    return float(np.mean([row.within < threshold for row in rows if row.truth == OUT_OF_SCOPE]))


def rejected(rows: Sequence[Judged]) -> tuple[float, float]:
    """(wrongly accepted: of what is none of ours; wrongly rejected: of ours), with the threshold fixed beforehand."""
    others = [row.said != OUT_OF_SCOPE for row in rows if row.truth == OUT_OF_SCOPE]
    ours = [row.said == OUT_OF_SCOPE for row in rows if row.truth != OUT_OF_SCOPE]
    return sum(others) / max(1, len(others)), sum(ours) / max(1, len(ours))


def confused(rows: Sequence[Judged], most: int = 15) -> list[tuple[str, str, int]]:
    """(truth, said, times), the most frequent first."""
    pairs = Counter((row.truth, row.said) for row in rows if row.truth != row.said)
    return [(truth, said, times) for (truth, said), times in pairs.most_common(most)]


def bootstrap(ours: Sequence[Judged], theirs: Sequence[Judged], rounds: int = 2_000) -> tuple[float, float, float]:
    """Our lead in accuracy on the same sentences, and the interval of 95 % of paired resamples."""
    differs = np.array(
        [(a.said == a.truth) - (b.said == b.truth) for a, b in zip(ours, theirs, strict=True)], np.float64
    )
    drawn = np.random.default_rng(0).integers(0, len(differs), (rounds, len(differs)))
    means = differs[drawn].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(differs.mean()), float(low), float(high)
