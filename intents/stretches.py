"""Finds the few stretches of a long text that deserve to be heard by themselves: a story drowns a cry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from intents.features import tokens
from intents.normalise import HAN, fold

# Signs (`signs.yml`) that a cry is made of; and those that only say whose it is, which count half.
_DANGER = """
pain breath out stroke fit choke allergy blood burn sickgas fall fire smoke gas trap height water electric
crash labour poison weapon attack intrude threat cryout suicide dead missing help outside lift cannot
"""
GRAVE = frozenset("@" + name for name in _DANGER.split())
BESIDE = frozenset({"@kin", "@helpless", "@me", "@now"})
# What takes a cry back when it follows.
BACK = frozenset({"@undo", "@unhurt", "@laugh"})
# So many stretches are heard closely, the first of them also with what stands beside it: it bounds what a long message
# can cost.
MOST, WIDE = 4, 2
# So many are looked at for them: where a text says the same again and again, the others are found behind it.
TRIED = 64
# Where a text is cut; without any such place it is cut by length, and a cry may lie on two pieces.
_CLAUSE = re.compile(
    rf"(?:[^,.!?;:，。！？；：、\n{HAN}]{{1,90}}|[^,.!?;:，。！？；：、\n]{{1,60}})[,.!?;:，。！？；：、\n]*"
)
_ENDED = re.compile(r"[.!?。！？\n]\s*$")
_PAIR = re.compile("[a-z']+_[a-z']+")
# What comes after it is written in Chinese.
_LAST_LATIN = "\u2fff"
# Signs in Chinese have up to so many characters; they stand in a table by a number made of these. Two may share one:
# then a stretch is heard in vain.
LONGEST = 4
SIZE = 1 << 18
_STEP, _SHIFT, _ALL = 40_503, 7, 0xFFFFFFFF

Masks = NDArray[np.uint64]


class Stretch(NamedTuple):
    """One clause; it with its neighbours, which may hold the other half of a cry; and what company they keep.

    told: with what stands before it in its sentence ("last winter, ..."); taken_back: what follows may be its end
    ("pressed it by mistake", "he is fine now").
    """

    clause: str
    near: str
    told: str
    company: str
    taken_back: bool


class Scout:
    """Looks at every word of a text, however long, and hears closely only where signs of danger stand together.

    Every sign is a bit: what a clause holds of them is one number, found for all clauses at once.
    """

    def __init__(self, signs: Mapping[str, list[str]]) -> None:
        self.signs = signs
        bits = {name: 1 << i for i, name in enumerate((*sorted(GRAVE), *sorted(BESIDE)))}
        self._grave = np.uint64((1 << len(GRAVE)) - 1)
        self._back = frozenset(token for token, names in signs.items() if not BACK.isdisjoint(names))
        # Of masks there are few: the tables hold only which of them stands where.
        self._han = np.zeros((LONGEST, SIZE), np.uint16)
        places = {0: 0}
        single: dict[int, int] = {}
        double: dict[int, int] = {}
        for token, names in signs.items():
            mask = 0
            for name in names:
                mask |= bits.get(name, 0)
            if mask and token > _LAST_LATIN:
                here = len(token) - 1, _number(token)
                mask |= list(places)[self._han[here]]
                self._han[here] = places.setdefault(mask, len(places))
            elif mask and token.startswith("="):
                single[_word(token[1:])] = mask
            elif mask and _PAIR.fullmatch(token):
                double[_pair(*map(_word, token.split("_")))] = mask
        self._masks = np.array(list(places), np.uint64)
        self._latin = _table(single), _table(double)

    def worth_hearing(self, text: str) -> list[Stretch]:
        """The stretches with the most different signs of danger, at most `MOST`; what is said again is heard once."""
        heard_at = self._heard(fold(text))
        if not (heard_at & self._grave).any():
            return []
        marks = list(_CLAUSE.finditer(text))
        if not marks:
            return []
        starts = np.fromiter((mark.start() for mark in marks), np.intp, len(marks))
        heard: Masks = np.bitwise_or.reduceat(heard_at, starts)
        grave, all_of = np.bitwise_count(heard & self._grave), np.bitwise_count(heard)
        weights = np.where(grave > 0, grave + all_of.astype(np.float32), 0.0)
        best = np.argsort(-weights, kind="stable")[:TRIED]
        # What stands around them tells the stretches apart, before anything is made of it.
        around: dict[tuple[str, ...], int] = {}
        for i in best[weights[best] > 0].tolist():
            if i and marks[i].group() == marks[i - 1].group():
                continue  # the same once more
            around.setdefault((str(min(i, 1)), *(mark.group() for mark in marks[max(0, i - 1) : i + 3])), i)
        return [self._stretch(marks, i, rank < WIDE) for rank, i in enumerate(islice(around.values(), MOST))]

    def _stretch(self, marks: list[re.Match[str]], i: int, wide: bool) -> Stretch:
        clauses = [mark.group() for mark in marks[max(0, i - 1) : i + 3]]
        here = min(i, 1)
        # What a sentence before it told is over: only what follows may take a cry back.
        first = here if here and _ENDED.search(clauses[0]) else 0
        near = "".join(clauses[first : here + 2]) if wide else clauses[here]
        taken_back = not self._back.isdisjoint(tokens("".join(clauses[here + 1 :])))
        return Stretch(clauses[here], near, "".join(clauses[first : here + 1]), "".join(clauses[first:]), taken_back)

    def _heard(self, folded: str) -> Masks:
        """At every place the signs that begin there; those of two words where the second begins."""
        codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
        heard = np.zeros(len(codes), np.uint64)
        if not folded.isascii():
            for table, numbers in zip(self._han, _numbers(codes), strict=True):
                heard[: len(numbers)] |= self._masks[table[numbers]]
            # What a Latin letter's number shares with a sign in Chinese says nothing.
            heard[codes <= ord(_LAST_LATIN)] = 0
        starts, words = _words(codes)
        for (known, masks), where, said in (
            (self._latin[0], starts, words),
            (self._latin[1], starts[1:], _pair(words[:-1], words[1:])),
        ):
            places = known.searchsorted(said)
            hit = known.take(places, mode="clip") == said
            heard[where[hit]] |= masks[places[hit]]
        return heard


def _table(masks: dict[int, int]) -> tuple[NDArray[np.uint32], Masks]:
    """The numbers in order, never none, and the signs of each."""
    known = sorted(masks) or [0]
    return np.array(known, np.uint32), np.array([masks.get(one, 0) for one in known], np.uint64)


def _word(word: str) -> int:
    """The number of a word, as `_words` would find it."""
    total = 0
    for char in reversed(word):
        total = (total * _STEP + ord(char)) & _ALL
    return total


def _pair(first: Any, second: Any) -> Any:
    """The number of two words that follow each other, of numbers or of whole arrays."""
    return (first * _STEP + second) & _ALL


def _words(codes: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.uint32]]:
    """Where the words of Latin letters begin, and the number of each: sums of its letters, of which the later ones
    weigh more, taken from running sums over the whole text."""
    letters = ((codes >= ord("a")) & (codes <= ord("z"))) | (codes == ord("'"))
    edges = np.flatnonzero(np.diff(letters, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return starts, np.empty(0, np.uint32)
    weights, back = (_powers(base, len(codes) + 1) for base in (_STEP, pow(_STEP, -1, _ALL + 1)))
    sums = np.zeros(len(codes) + 1, np.uint32)
    np.cumsum(codes * weights[:-1], dtype=np.uint32, out=sums[1:])
    return starts, (sums[ends] - sums[starts]) * back[starts]


def _powers(base: int, size: int) -> NDArray[np.uint32]:
    powers = np.full(size, base, np.uint32)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint32)


def _number(token: str) -> int:
    """The number of this token, as `_numbers` would find it where the token stands."""
    total = ord(token[0])
    for char in token[1:]:
        total = (total * _STEP + ord(char)) & _ALL
    return (((total * _STEP) & _ALL) >> _SHIFT) % SIZE


def _numbers(codes: NDArray[np.uint32]) -> list[NDArray[np.uint32]]:
    """At every place the number of the one, two, three, four characters that begin there."""
    out = [codes]
    for n in range(1, min(LONGEST, len(codes))):
        out.append(out[-1][:-1] * np.uint32(_STEP) + codes[n:])
    out += [codes[:0]] * (LONGEST - len(out))
    return [((one * np.uint32(_STEP)) >> np.uint32(_SHIFT)) % np.uint32(SIZE) for one in out]
