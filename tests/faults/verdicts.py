"""Rows of the table that `make faults` prints: the promise, what was done, what was measured, whether it held."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    promise: str
    test: str
    done: str
    measured: str
    good: bool


@dataclass(frozen=True, slots=True)
class Length:
    long: bool

    def __call__(self, short: T, long: T) -> T:
        return long if self.long else short


@dataclass(slots=True)
class Verdict:
    """Writes the row down before it asserts, so that a broken promise stands in the table as well.

    good: what must hold on any machine, however busy; quick: the seconds that are promised. Those are figures of a
    machine that does nothing else: the short form tells them, the long one holds them.
    """

    rows: list[Row]
    test: str
    tell: Callable[[str], None]
    long: bool

    def __call__(self, promise: str, done: str, measured: str, *, good: bool, quick: bool = True) -> None:
        good = good and (quick or not self.long)
        self.rows.append(Row(promise, self.test, done, measured, good))
        self.tell(f"\n{promise} {'pass' if good else 'FAIL'}: {done}: {measured}")
        assert good, f"{promise}: {done}: {measured}"


def table(rows: Sequence[Row]) -> list[str]:
    """Markdown, so that it can be pasted into BENCHMARKS.md as it is."""
    lines = ["", "| promise | what was done | measured | |", "|---|---|---|---|"]
    for row in sorted(rows, key=_order):
        lines.append(f"| {row.promise} | {row.done or row.test} | {row.measured} | {'pass' if row.good else 'FAIL'} |")
    broken = sum(not row.good for row in rows)
    return [*lines, "", f"{len(rows)} rows, {broken} broken"]


def _order(row: Row) -> tuple[str, int]:
    found = re.fullmatch(r"([A-Z]+)(\d+)", row.promise)
    return (found.group(1), int(found.group(2))) if found else (row.promise, 0)
