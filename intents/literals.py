"""Reads off a pattern what a text must hold so that it can match at all, so that most patterns are never asked.

A pattern is read into gates: of any match at least one gate is open, and a gate is open where the text holds one
literal ("stabb", "knife") of each of its sets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

# The stdlib's own reader of patterns is private and has no stubs: a test holds it.
ops: Any = import_module("re._constants")
reader: Any = import_module("re._parser")

LONGEST = 3
FILE = "sieve.json"
# Bump when literals are read in another way.
VERSION = 4
# A literal is worth asking for when it is rare; single letters are in every sentence.
_COMMON = 2.0
# So many sets of one gate are asked for, the rarest; more save little and are to be asked themselves.
_MOST = 3
# Stands among the literals for any figure.
FIGURE = r"\d"
_SOME_FIGURES = 0.3
_WIDE = 64

Literals = frozenset[str]
# Lists, as a start reads them by the thousand.
Gate = list[list[str]]


def gates_of(pattern: str) -> list[Gate] | None:
    """The gates of a pattern; None when nothing can be told of it. Reading one takes long: once read, it is known, also
    from the start before (`remember`)."""
    if pattern not in _known:
        read = reader.parse(pattern)
        _known[pattern] = None if read.state.flags & re.IGNORECASE else _gates(list(read))
    return _known[pattern]


def is_known(pattern: str) -> bool:
    return pattern in _known


# Pattern -> its gates. What a pattern needs follows from its text alone, so this can be old but never wrong.
_known: dict[str, list[Gate] | None] = {}


def remember(folder: Path, patterns: Iterable[str]) -> None:
    """What was read of patterns so far, and of these, for the next start."""
    for pattern in patterns:
        gates_of(pattern)
    # Needed by who trains alone.
    import tempfile

    text = json.dumps([VERSION, _known], ensure_ascii=False)
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".json", encoding="utf-8", delete=False) as file:
        file.write(text)
    Path(file.name).replace(folder / FILE)


def recall(folder: Path) -> None:
    """What an earlier start read; nothing where there is no such file, or one of other rules."""
    try:
        version, known = json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return
    if version == VERSION:
        _known.update(known)


def _gates(nodes: list[Any]) -> list[Gate] | None:
    """One for each outermost branch; those that need one set alone are one gate together."""
    gates = [_gate(branch) for branch in _branches(nodes)]
    if not all(gates):
        return None
    single = sorted({literal for gate in gates if len(gate) == 1 for literal in gate[0]})
    return [*([[single]] if single else []), *(gate for gate in gates if len(gate) > 1)]


def _branches(nodes: list[Any]) -> list[list[Any]]:
    # What only looks ahead or back says less than what stands there.
    solid = [(op, value) for op, value in nodes if op not in (ops.AT, ops.ASSERT, ops.ASSERT_NOT)]
    if len(solid) == 1:
        op, value = solid[0]
        if op is ops.BRANCH:
            return [found for branch in value[1] for found in _branches(list(branch))]
        if op is ops.SUBPATTERN and not value[1] and not value[2]:
            return _branches(list(value[3]))
    return [nodes]


def _gate(nodes: list[Any]) -> Gate:
    """The rarest sets of a branch; empty when each is in every sentence."""
    rare = {one for one in _options(nodes) if _rarity(one) <= _COMMON}
    return sorted(map(sorted, rare), key=lambda one: (_rarity(one), one))[:_MOST]


def _rarity(literals: Iterable[str]) -> float:
    """How likely a sentence holds one of these, roughly; the smaller the better."""
    return sum(map(_share, literals))


def _share(literal: str) -> float:
    if literal == FIGURE:
        return _SOME_FIGURES
    return (0.6, 0.08, 0.01)[len(literal) - 1] if literal.isascii() else 0.004


def _options(nodes: list[Any]) -> list[Literals]:
    """Sets of literals; every match holds at least one of each."""
    options: list[Literals] = []
    run = ""
    for op, value in nodes:
        if op is ops.LITERAL:
            run += chr(value)
            continue
        options.extend(_of_run(run))
        run = ""
        options.extend(_of_node(op, value))
    options.extend(_of_run(run))
    return options


def _of_run(run: str) -> list[Literals]:
    if not run:
        return []
    return [frozenset({run[i : i + LONGEST]}) for i in range(max(1, len(run) - LONGEST + 1))]


def _of_node(op: Any, value: Any) -> list[Literals]:
    if op is ops.SUBPATTERN:
        return _options(list(value[3])) if not value[1] and not value[2] else []
    if op is ops.ASSERT:
        return _options(list(value[1]))
    if op is ops.ATOMIC_GROUP:
        return _options(list(value))
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return _options(list(value[2])) if value[0] > 0 else []
    if op is ops.BRANCH:
        parts = [min(_options(list(branch)), key=_rarity, default=None) for branch in value[1]]
        return [frozenset().union(*(part for part in parts if part))] if all(parts) else []
    found = _of_class(value) if op is ops.IN and len(value) <= _WIDE else None
    return [found] if found else []


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
