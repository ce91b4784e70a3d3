"""Asks only those patterns of a long list that a text can match at all; what they find is the same.

Every branch of a pattern is read for literals of which any match must hold one ("stabb", "knife"). A text is cut
into its pieces of up to three characters once, and branches none of whose literals stand in it are not tried.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from operator import add
from pathlib import Path
from re import _constants as ops  # type: ignore[attr-defined]  # private: a test holds it
from re import _parser as reader  # type: ignore[attr-defined]  # private: a test holds it
from typing import Any

LONGEST = 3
FILE = "sieve.json"
# Bump when literals are read in another way.
VERSION = 2
# A literal is worth asking for when it is rare; single letters are in every sentence.
_COMMON = 2.0
# Stands among the literals for any figure.
FIGURE, _FIGURE = r"\d", re.compile(r"\d")
_SOME_FIGURES = 0.3
_WIDE = 64

Literals = frozenset[str]


class Index:
    """Many patterns, each under a number; which of them a text can match at all is asked once for all of them."""

    def __init__(self) -> None:
        self._always: list[int] = []
        self._by_literal: dict[str, list[int]] = {}
        self._sources: list[str] = []
        self._compiled: dict[int, re.Pattern[str]] = {}

    def add(self, pattern: str) -> int:
        number = len(self._sources)
        self._sources.append(pattern)
        needed = literals_of(pattern)
        if needed is None:
            self._always.append(number)
        for literal in needed or ():
            self._by_literal.setdefault(literal, []).append(number)
        return number

    def may(self, text: str) -> frozenset[int]:
        """The numbers of the patterns worth asking."""
        found = set(self._always)
        for literal in self._by_literal.keys() & pieces_of(text):
            found.update(self._by_literal[literal])
        return frozenset(found)

    def __getitem__(self, number: int) -> re.Pattern[str]:
        """Compiled when it is first asked: most never are, and a start need not wait."""
        found = self._compiled.get(number)
        if found is None:
            found = self._compiled[number] = re.compile(self._sources[number])
        return found


class Sieve:
    """One list of patterns; `search` tells whether any of them is found.

    index: shared by many such lists, so that a text is looked at once for all of them.
    """

    def __init__(self, patterns: Iterable[str], index: Index | None = None) -> None:
        self._index = index or Index()
        self._own = frozenset(map(self._index.add, patterns))

    def search(self, text: str, may: frozenset[int] | None = None) -> bool:
        """may: what the shared index said of this text, if it was asked already."""
        asked = self._own & (self._index.may(text) if may is None else may)
        return bool(asked) and any(self._index[number].search(text) for number in asked)


class Alone:
    """The patterns that stand by themselves all over these modules: what one text can match is asked once for all."""

    def __init__(self) -> None:
        self.patterns: list[str] = []
        self._always: frozenset[int] = frozenset()
        self._by_literal: dict[str, list[int]] = {}
        self._sorted = False
        self._may = lru_cache(maxsize=32)(self._looked_at)

    def meet(self, pattern: str) -> int:
        """Its number; its literals are read with the others' when the model is made."""
        self.patterns.append(pattern)
        self.forget()
        return len(self.patterns) - 1

    def forget(self) -> None:
        """What is known of patterns has changed."""
        self._sorted = False
        self._may.cache_clear()

    def is_always_asked(self, number: int) -> bool:
        """Whether nothing can be told of it: it needs nothing, or was never read, and reading takes long."""
        return _known.get(self.patterns[number]) is None

    def may(self, text: str) -> frozenset[int]:
        """The numbers of those worth asking of this text."""
        return self._may(text)

    def _looked_at(self, text: str) -> frozenset[int]:
        if not self._sorted:
            self._sort()
        found = set(self._always)
        for literal in self._by_literal.keys() & pieces_of(text):
            found.update(self._by_literal[literal])
        return frozenset(found)

    def _sort(self) -> None:
        by_literal: dict[str, list[int]] = {}
        numbers = range(len(self.patterns))
        self._always = frozenset(filter(self.is_always_asked, numbers))
        for number in numbers:
            for literal in _known.get(self.patterns[number]) or ():
                by_literal.setdefault(literal, []).append(number)
        self._by_literal, self._sorted = by_literal, True


def literals_of(pattern: str) -> Literals | None:
    """Rare literals of which every match holds one; None when there are none. Reading a pattern takes long: once read,
    it is known, also from the start before (`remember`)."""
    if pattern not in _known:
        read = reader.parse(pattern)
        needed = None if read.state.flags & re.IGNORECASE else _needed(list(read))
        _known[pattern] = None if needed is None or _rarity(needed) > _COMMON else needed
    return _known[pattern]


# Pattern -> its literals. What a pattern needs follows from its text alone, so this can be old but never wrong.
_known: dict[str, Literals | None] = {}
alone = Alone()


def remember(folder: Path) -> None:
    """What was read of patterns so far, for the next start."""
    for pattern in alone.patterns:
        literals_of(pattern)
    alone.forget()
    known = {pattern: None if needed is None else sorted(needed) for pattern, needed in _known.items()}
    # Needed by who trains alone.
    import tempfile

    text = json.dumps([VERSION, known], ensure_ascii=False)
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".json", encoding="utf-8", delete=False) as file:
        file.write(text)
    Path(file.name).replace(folder / FILE)


def recall(folder: Path) -> None:
    """What an earlier start read; nothing where there is no such file, or one of other rules."""
    try:
        version, known = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if version == VERSION:
        _known.update((pattern, None if needed is None else frozenset(needed)) for pattern, needed in known.items())
        alone.forget()


@lru_cache(maxsize=8)
def pieces_of(text: str) -> frozenset[str]:
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


def _rarity(literals: Literals) -> float:
    """How likely a sentence holds one of these, roughly; the smaller the better."""
    return sum(map(_share, literals))


def _share(literal: str) -> float:
    if literal == FIGURE:
        return _SOME_FIGURES
    return (0.6, 0.08, 0.01)[len(literal) - 1] if literal.isascii() else 0.004


def _needed(nodes: list[Any]) -> Literals | None:
    """Literals of which every match holds at least one; None when none can be told."""
    options: list[Literals] = []
    run = ""
    for op, value in nodes:
        if op is ops.LITERAL:
            run += chr(value)
            continue
        options.extend(_of_run(run))
        run = ""
        found = _of_node(op, value)
        if found is not None:
            options.append(found)
    options.extend(_of_run(run))
    return min(options, key=_rarity, default=None)


def _of_run(run: str) -> list[Literals]:
    if not run:
        return []
    return [frozenset({run[i : i + LONGEST]}) for i in range(max(1, len(run) - LONGEST + 1))]


def _of_node(op: Any, value: Any) -> Literals | None:
    if op is ops.SUBPATTERN:
        return _needed(list(value[3])) if not value[1] and not value[2] else None
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return _needed(list(value[2])) if value[0] > 0 else None
    if op is ops.BRANCH:
        parts = [_needed(list(branch)) for branch in value[1]]
        return None if None in parts else frozenset().union(*(part for part in parts if part))
    return _of_class(value) if op is ops.IN and len(value) <= _WIDE else None


def _of_class(value: Any) -> Literals | None:
    """ "[abc]", "\\d", "[0-9a]": characters and figures; None for other classes, and for what must not stand there."""
    found: set[str] = set()
    for kind, what in value:
        if kind is ops.LITERAL:
            found.add(chr(what))
        elif (kind is ops.CATEGORY and what is ops.CATEGORY_DIGIT) or (kind is ops.RANGE and _is_figures(*what)):
            found.add(FIGURE)
        else:
            return None
    return frozenset(found)


def _is_figures(first: int, last: int) -> bool:
    return chr(first).isdecimal() and chr(last).isdecimal()
