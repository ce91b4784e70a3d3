"""Whether a pattern can be made to look for hours: a loop whose words can be read in two ways doubles with each round.

A loop's letters become places; a word that leads from its begin to its begin on two different ways is what an attacker
would repeat (exponential ambiguity, looked for in the product of the loop with itself).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from intents.literals import ops as op
from intents.literals import reader

# Repeats that are bounded by more are as good as endless; copies of shorter ones are read out so many times.
ENDLESS, COPIES = 12, 4
# One letter for each kind of letters that no literal names: what a class of letters holds is asked of these.
_COMMON = " \n09azAZ_-.,?!\u4e00\u3000\u0663\u00e9"
_EMPTY = ((), (), True)
_LOOPS = (op.MAX_REPEAT, op.MIN_REPEAT)


@dataclass
class Places:
    """The letters of one loop. Each place holds the set of letters that may stand there; follow: how often a place
    comes right after another, by different ways through the same pattern."""

    letters: list[frozenset[str]] = field(default_factory=list)
    follow: Counter[tuple[int, int]] = field(default_factory=Counter)

    def new(self, letters: frozenset[str]) -> int:
        self.letters.append(letters)
        return len(self.letters) - 1


# Where a piece may begin, where it may end, and whether it may be empty.
Piece = tuple[tuple[int, ...], tuple[int, ...], bool]


def loops(tree: Any) -> Iterator[Any]:
    """The body of every endless loop that gives back what it took, the outer ones first."""
    for kind, value in tree:
        if kind in _LOOPS and value[1] >= ENDLESS:
            yield value[2]
        for inner in _inside(kind, value):
            yield from loops(inner)


def _inside(kind: Any, value: Any) -> Iterable[Any]:
    if kind in (*_LOOPS, op.POSSESSIVE_REPEAT):
        return (value[2],)
    if kind is op.SUBPATTERN:
        return (value[3],)
    if kind is op.BRANCH:
        return tuple(value[1])
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return (value[1],)
    return (value,) if kind is op.ATOMIC_GROUP else ()


def ambiguous(source: str, flags: int = 0) -> list[str]:
    """Words that a loop of this pattern reads in two ways, one for each such loop."""
    tree = reader.parse(source, flags)
    alphabet = sorted({*_COMMON, *_literals(tree)})
    found = (_doubled(body, alphabet) for body in loops(tree))
    return [word for word in found if word is not None]


def _literals(tree: Any) -> Iterator[str]:
    for kind, value in tree:
        if kind in (op.LITERAL, op.NOT_LITERAL):
            yield chr(value)
        elif kind is op.IN:
            yield from _literals(value)
        elif kind is op.RANGE:
            yield from (chr(value[0]), chr(value[1]))
        for inner in _inside(kind, value):
            yield from _literals(inner)


def _doubled(body: Any, alphabet: list[str]) -> str | None:
    if len(body) == 1 and body[0][0] is op.ATOMIC_GROUP:
        # `(?>…)*`: each round is read in the first way that fits, and in no other.
        return None
    places = Places()
    begins, ends, _ = _read(body, places, alphabet)
    for pair in product(ends, begins):
        places.follow[pair] += 1
    twice = sorted(pair for pair, ways in places.follow.items() if ways > 1)
    if twice:
        letter = min(places.letters[twice[0][1]], default="")
        return f"…{letter}"
    return _two_ways(places, frozenset(begins), frozenset(ends))


def _two_ways(places: Places, begins: frozenset[int], ends: frozenset[int]) -> str | None:
    """The shortest word from the loop's begin to its begin that two walks read, each on places of its own."""
    after: dict[int, list[int]] = {}
    for one, other in places.follow:
        after.setdefault(one, []).append(other)
    start = [(a, b, a != b, _shared(places, a, b)) for a, b in product(begins, begins) if a <= b]
    queue = [(a, b, apart, letter) for a, b, apart, letter in start if letter]
    seen = {(a, b, apart) for a, b, apart, _ in queue}
    for a, b, apart, word in queue:
        if apart and a in ends and b in ends:
            return word
        for x, y in product(after.get(a, ()), after.get(b, ())):
            step = (x, y, apart or x != y)
            letter = _shared(places, x, y)
            if letter and step not in seen:
                seen.add(step)
                queue.append((*step, word + letter))
    return None


def _shared(places: Places, one: int, other: int) -> str:
    return min(places.letters[one] & places.letters[other], default="")


def _read(tree: Any, places: Places, alphabet: list[str]) -> Piece:
    """A row of pieces: each follows where the ones before it may end."""
    whole: Piece = _EMPTY
    for kind, value in tree:
        whole = _joined(whole, _piece(kind, value, places, alphabet), places)
    return whole


def _joined(one: Piece, other: Piece, places: Places) -> Piece:
    for pair in product(one[1], other[0]):
        places.follow[pair] += 1
    begins = (*one[0], *other[0]) if one[2] else one[0]
    ends = (*one[1], *other[1]) if other[2] else other[1]
    return begins, ends, one[2] and other[2]


def _piece(kind: Any, value: Any, places: Places, alphabet: list[str]) -> Piece:
    if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
        here = (places.new(_fitting(kind, value, alphabet)),)
        return here, here, False
    if kind is op.SUBPATTERN:
        return _read(value[3], places, alphabet)
    if kind is op.BRANCH:
        ways = [_read(way, places, alphabet) for way in value[1]]
        begins = tuple(place for way in ways for place in way[0])
        return begins, tuple(place for way in ways for place in way[1]), any(way[2] for way in ways)
    if kind in (*_LOOPS, op.POSSESSIVE_REPEAT):
        return _repeated(value, places, alphabet)
    if kind is op.ATOMIC_GROUP:
        return _read(value, places, alphabet)
    # What only looks takes no letter.
    return _EMPTY


def _repeated(value: Any, places: Places, alphabet: list[str]) -> Piece:
    """One copy after another, each of them only behind the one before it; the last may follow itself."""
    least, most, body = value
    pieces = [_read(body, places, alphabet)]
    for _ in range(1, max(least, 1) if most >= ENDLESS else min(most, COPIES)):
        piece = _read(body, places, alphabet)
        places.follow.update(product(pieces[-1][1], piece[0]))
        pieces.append(piece)
    if most >= ENDLESS:
        places.follow.update(product(pieces[-1][1], pieces[-1][0]))
    empty = pieces[0][2]
    last = [piece for number, piece in enumerate(pieces, 1) if number >= least or empty]
    return pieces[0][0], tuple(place for piece in last or pieces[-1:] for place in piece[1]), empty or least == 0


def _fitting(kind: Any, value: Any, alphabet: list[str]) -> frozenset[str]:
    if kind is op.LITERAL:
        return frozenset({chr(value)})
    if kind is op.NOT_LITERAL:
        return frozenset(alphabet) - {chr(value)}
    if kind is op.ANY:
        return frozenset(alphabet) - {"\n"}
    held = re.compile(_written(value))
    return frozenset(letter for letter in alphabet if held.match(letter))


_CLASSES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def _written(members: Any) -> str:
    """A class of letters as it is written."""
    parts = []
    for kind, value in members:
        if kind is op.NEGATE:
            parts.append("^")
        elif kind is op.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is op.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            parts.append(_CLASSES[value])
    return f"[{''.join(parts)}]"
