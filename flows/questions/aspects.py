"""What is asked of a thing, in however many ways: whether one must be there, who comes, how one is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

# One line for each: its name, by which entries say that they answer it, and the ways to ask it in both languages.
_ASPECTS = tuple(
    (f"@{name}", re.compile(ways, re.IGNORECASE))
    for name, ways in (
        line.split("\t") for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    )
)
NAMES = frozenset(name[1:] for name, _ in _ASPECTS)


@lru_cache(maxsize=512)
def _spans(text: str) -> tuple[tuple[str, int, int], ...]:
    return tuple((name, *hit.span()) for name, ways in _ASPECTS for hit in ways.finditer(text))


def asked(text: str, answered: Iterable[str]) -> tuple[frozenset[str], str]:
    """Those of the aspects that something answers, and the words that are left: one that nothing here answers is no
    more than its words."""
    wanted = frozenset(answered)
    hits = _longest([hit for hit in _spans(text) if hit[0] in wanted])
    left = list(text)
    for _, start, end in hits:
        left[start:end] = " " * (end - start)
    return frozenset(name for name, _, _ in hits), "".join(left)


def _longest(hits: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Of two that read the same words the one that reads more of them: "if nobody is home" asks who must be there."""

    def within(hit: tuple[str, int, int]) -> bool:
        _, start, end = hit
        return any(s <= end - 1 and start <= e - 1 and e - s > end - start for _, s, e in hits)

    return [hit for hit in hits if not within(hit)]
