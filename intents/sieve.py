"""Asks only those patterns of a long list that a text can match at all; what they find is the same.

A text is cut into its pieces of up to three characters once, and patterns none of whose gates these open
(`literals.py`) are not tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from operator import add
from pathlib import Path

from intents import literals
from intents.literals import FIGURE, Gate, Literals
from intents.uncaptured import uncaptured

_FIGURE = re.compile(r"\d")
# To cut a longer text into its pieces takes ten times as long as to ask it the few patterns that read it whole.
WHOLE = 1_000


class Index(dict[int, re.Pattern[str]]):
    """Many patterns, each under a number; which of them a text can match at all is asked once for all of them.

    As a dictionary it holds those that were asked already: most never are, and a start need not wait for them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._doors = _Doors()
        self._sources: list[str] = []
        self.may = self._doors.may

    def add(self, pattern: str) -> int:
        number = len(self._sources)
        self._sources.append(pattern)
        self._doors.add(number, literals.gates_of(pattern))
        return number

    def __missing__(self, number: int) -> re.Pattern[str]:
        found = self[number] = re.compile(uncaptured(self._sources[number]))
        return found


class _Doors:
    """Which numbers stand behind which gates."""

    def __init__(self) -> None:
        self._always: list[int] = []
        self._single: dict[str, list[int]] = {}
        self._double: dict[str, list[tuple[int, Gate]]] = {}

    def add(self, number: int, gates: list[Gate] | None) -> None:
        if gates is None:
            self._always.append(number)
        for first, *more in gates or ():
            for literal in first:
                if more:
                    self._double.setdefault(literal, []).append((number, more))
                else:
                    self._single.setdefault(literal, []).append(number)

    def may(self, text: str) -> frozenset[int]:
        """The numbers worth asking of this text."""
        pieces = pieces_of(text)
        found = set(self._always)
        for literal in self._single.keys() & pieces:
            found.update(self._single[literal])
        shut = pieces.isdisjoint
        for literal in self._double.keys() & pieces:
            for number, more in self._double[literal]:
                # Thousands of times for a long text: no step between.
                for needed in more:
                    if shut(needed):
                        break
                else:
                    found.add(number)
        return frozenset(found)


class Sieve:
    """One list of patterns; `search` tells whether any of them is found.

    index: shared by many such lists, so that a text is looked at once for all of them.
    """

    def __init__(self, patterns: Iterable[str], index: Index | None = None) -> None:
        self._index = Index() if index is None else index
        self._own = frozenset(map(self._index.add, patterns))

    def search(self, text: str, may: frozenset[int] | None = None) -> bool:
        """may: what the shared index said of this text, if it was asked already."""
        asked = self._own & (self._index.may(text) if may is None else may)
        return bool(asked) and any(self._index[number].search(text) for number in asked)


class _Each(frozenset[int]):
    """Stands for all numbers there are."""

    def __contains__(self, number: object) -> bool:
        return True


_EACH = _Each()


class Alone:
    """The patterns that stand by themselves all over these modules: what one text can match is asked once for all."""

    def __init__(self) -> None:
        self.patterns: list[str] = []
        self._doors: _Doors | None = None
        self.may = lru_cache(maxsize=32)(self._looked_at)

    def meet(self, pattern: str) -> int:
        """Its number; its literals are read with the others' when the model is made."""
        self.patterns.append(pattern)
        self.forget()
        return len(self.patterns) - 1

    def forget(self) -> None:
        """What is known of patterns has changed."""
        self._doors = None
        self.may.cache_clear()

    def is_always_asked(self, number: int) -> bool:
        """Whether nothing can be told of it: it needs nothing, or was never read, and reading takes long."""
        pattern = self.patterns[number]
        return not literals.is_known(pattern) or literals.gates_of(pattern) is None

    def _looked_at(self, text: str) -> frozenset[int]:
        if len(text) > WHOLE:
            return _EACH
        if self._doors is None:
            self._doors = _Doors()
            for number, pattern in enumerate(self.patterns):
                self._doors.add(number, literals.gates_of(pattern) if literals.is_known(pattern) else None)
        return self._doors.may(text)


alone = Alone()


def remember(folder: Path) -> None:
    """What was read of patterns so far, for the next start."""
    literals.remember(folder, alone.patterns)
    alone.forget()


def recall(folder: Path) -> None:
    """What an earlier start read."""
    literals.recall(folder)
    alone.forget()


@lru_cache(maxsize=8)
def pieces_of(text: str) -> Literals:
    """Every run of one to three characters of the text, and whether it holds a figure; kept a moment, as many sieves
    read the same text."""
    pairs = list(map(add, text, text[1:]))
    return frozenset(chain(text, pairs, map(add, pairs, text[2:]), (FIGURE,) if _FIGURE.search(text) else ()))


# What is of one piece (an escape, a class), and what opens, closes and parts.
_PIECE = re.compile(r"\\.|\[\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)


def split(pattern: str) -> Iterator[str]:
    """The branches of a pattern at its outermost level."""
    depth, start = 0, 0
    for piece in _PIECE.finditer(pattern):
        char = piece.group()
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "|" and depth == 0:
            yield pattern[start : piece.start()]
            start = piece.end()
    yield pattern[start:]
