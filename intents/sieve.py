"""Asks only those patterns of a long list that a text can match at all; what they find is the same.

Every branch of a pattern is read for literals of which any match must hold one ("stabb", "knife"). A text is cut
into its pieces of up to three characters once, and branches none of whose literals stand in it are not tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]  # private: a test holds it
from re import _parser as reader  # type: ignore[attr-defined]  # private: a test holds it
from typing import Any

LONGEST = 3
# A literal is worth asking for when it is rare; single letters are in every sentence.
_COMMON = 0.5
_WIDE = 64

Literals = frozenset[str]


class Sieve:
    """One list of patterns; `search` tells whether any of them is found."""

    def __init__(self, patterns: Iterable[str]) -> None:
        always: list[str] = []
        self._by_literal: dict[str, list[int]] = {}
        self._branches: list[re.Pattern[str]] = []
        for pattern in patterns:
            needed = _needed(list(reader.parse(pattern)))
            if needed is None or _rarity(needed) > _COMMON:
                always.append(pattern)
                continue
            for literal in needed:
                self._by_literal.setdefault(literal, []).append(len(self._branches))
            self._branches.append(re.compile(pattern))
        self._literals = frozenset(self._by_literal)
        self._always = re.compile("|".join(f"(?:{pattern})" for pattern in always)) if always else None

    def search(self, text: str) -> bool:
        if self._always is not None and self._always.search(text):
            return True
        held = self._literals & pieces_of(text)
        if not held:
            return False
        asked = {branch for literal in held for branch in self._by_literal[literal]}
        return any(self._branches[branch].search(text) for branch in asked)


class Spared:
    """One pattern, asked only where the text holds what any of its matches must hold."""

    __slots__ = ("_pattern", "needed", "sub")

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)
        needed = _needed(list(reader.parse(pattern)))
        self.needed = None if needed is None or _rarity(needed) > _COMMON else needed
        self.sub = self._pattern.sub

    def search(self, text: str) -> re.Match[str] | None:
        if self.needed is not None and self.needed.isdisjoint(pieces_of(text)):
            return None
        return self._pattern.search(text)


class Kinds:
    """Named patterns in the order in which they are asked."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self.patterns = {name: Spared(pattern) for name, pattern in patterns.items()}
        needed = [pattern.needed for pattern in self.patterns.values()]
        self._needed = None if None in needed else frozenset().union(*(one for one in needed if one))

    def first(self, text: str) -> str | None:
        """The name of the first that is found."""
        if self._needed is not None and self._needed.isdisjoint(pieces_of(text)):
            return None
        return next((name for name, pattern in self.patterns.items() if pattern.search(text)), None)


@lru_cache(maxsize=8)
def pieces_of(text: str) -> frozenset[str]:
    """Every run of one to three characters of the text; kept a moment, as many sieves read the same text."""
    return frozenset(text[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(text) - n + 1))


def split(pattern: str) -> Iterator[str]:
    """The branches of a pattern at its outermost level."""
    depth, in_class, start, i = 0, False, 0, 0
    while i < len(pattern):
        char = pattern[i]
        if char == "\\":
            i += 1
        elif in_class:
            in_class = char != "]" or pattern[i - 1] == "["
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            yield pattern[start:i]
            start = i + 1
        i += 1
    yield pattern[start:]


def _rarity(literals: Literals) -> float:
    """How likely a sentence holds one of these, roughly; the smaller the better."""
    return sum(0.004 if not literal.isascii() else (0.6, 0.08, 0.01)[len(literal) - 1] for literal in literals)


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
    if op is ops.IN and all(kind is ops.LITERAL for kind, _ in value) and len(value) <= _WIDE:
        return frozenset(chr(code) for _, code in value)
    return None
