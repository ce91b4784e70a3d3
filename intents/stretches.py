"""Finds the few stretches of a long text that deserve to be heard by themselves: a story drowns a cry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, islice
from math import sqrt
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from intents import ear
from intents.classifier import Model
from intents.features import Floats, tokens
from intents.normalise import HAN, fold
from intents.spelt import Codes, Places, tokens_of

# What takes a cry back when it follows.
BACK = frozenset({"@undo", "@unhurt", "@laugh"})
# So many stretches are heard closely, the first of them also with what stands beside it: it bounds what a long message
# can cost.
MOST, WIDE = 4, 2
# Below this a stretch is not heard at all; of cries that alarm by themselves one in a hundred stays below.
LEAST = -0.7
# So many are looked at for them: where a text says the same again and again, the others are found behind it.
TRIED = 64
# Where a text is cut; without any such place it is cut by length, and a cry may lie on two pieces.
_CLAUSE = re.compile(
    rf"(?:[^,.!?;:，。！？；：、\n{HAN}]{{1,90}}|[^,.!?;:，。！？；：、\n]{{1,60}})[,.!?;:，。！？；：、\n]*"
)
_ENDED = re.compile(r"[.!?。！？\n]\s*$")
# Keys stand in order: those that begin with the same bits are neighbours, and seldom more than so many.
_BITS, _CROWD = 17, 6
_SHIFT = np.uint32(32 - _BITS)

Masks = NDArray[np.uint64]


class Stretch(NamedTuple):
    """One clause; it with its neighbours in its sentence, which may hold the other half of a cry; and what company they
    keep.

    wide: whether it sounds bad enough to be looked for among its neighbours too; told: with what stands before it in
    its sentence ("last winter, ..."); taken_back: what follows may be its end ("pressed it by mistake", "he is fine
    now").
    """

    clause: str
    near: str
    wide: bool
    told: str
    company: str
    taken_back: bool


class Scout:
    """Reckons for every clause of a text, however long, what the ear for danger would nearly say of it, for all of them
    at once; closely heard are only those that sound worst.

    It weighs words, their pairs and Chinese characters as the ear does, and the signs they give and every two of these;
    not the insides of words, nor words at a distance.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._back = frozenset(token for token, names in model.signs.items() if not BACK.isdisjoint(names))
        names = sorted({name for found in model.signs.values() for name in found})
        self._alone, self._together = _weights_of(names, model.ear)
        self._worth_of = lru_cache(maxsize=1 << 12)(self._reckoned)
        given = _masks(names, model.signs)
        keys = np.union1d(model.vocabulary.keys, np.array(list(given), np.uint32))
        self._keys = keys
        self._begins = keys.searchsorted(np.arange(1 << _BITS, dtype=np.uint32) << _SHIFT).astype(np.int32)
        self._worth, self._rare = np.zeros(len(keys), np.float32), np.zeros(len(keys), np.float32)
        at = keys.searchsorted(model.vocabulary.keys)
        self._worth[at], self._rare[at] = model.idf * model.danger, model.idf
        # Of masks there are few: the tables hold only which of them stands where.
        masks = sorted({0, *given.values()})
        number = {mask: i for i, mask in enumerate(masks)}
        self._masks, self._mask_of = np.array(masks, np.uint64), np.zeros(len(keys), np.uint16)
        self._mask_of[keys.searchsorted(np.array(list(given), np.uint32))] = [number[one] for one in given.values()]

    def worth_hearing(self, text: str) -> list[Stretch]:
        """The stretches that sound worst, at most `MOST`; what is said again is heard once."""
        marks = list(_CLAUSE.finditer(text))
        if not marks:
            return []
        sounds = self._sounds(fold(text), np.fromiter((mark.start() for mark in marks), np.intp, len(marks)))
        best = np.argsort(-sounds, kind="stable")[:TRIED]
        # What stands around them tells the stretches apart, before anything is made of it.
        around: dict[tuple[str, ...], int] = {}
        for i in best[sounds[best] > LEAST].tolist():
            if i and marks[i].group() == marks[i - 1].group():
                continue  # the same once more
            around.setdefault((str(min(i, 1)), *(mark.group() for mark in marks[max(0, i - 1) : i + 3])), i)
        return [self._stretch(marks, i, rank < WIDE) for rank, i in enumerate(islice(around.values(), MOST))]

    def _stretch(self, marks: list[re.Match[str]], i: int, wide: bool) -> Stretch:
        clauses = [mark.group() for mark in marks[max(0, i - 1) : i + 3]]
        here = min(i, 1)
        # What a sentence before it told is over: only what follows may take a cry back.
        first = here if here and _ENDED.search(clauses[0]) else 0
        last = here + 1 if _ENDED.search(clauses[here]) else here + 2
        near = "".join(clauses[first:last])
        taken_back = not self._back.isdisjoint(tokens("".join(clauses[here + 1 :])))
        return Stretch(
            clauses[here], near, wide, "".join(clauses[first : here + 1]), "".join(clauses[first:]), taken_back
        )

    def _sounds(self, folded: str, starts: Places) -> Floats:
        """Of each clause nearly the ear's margin; nothing is heard where no token is known."""
        codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
        size = len(starts)
        clause = np.zeros(len(codes), np.intp)
        clause[starts] = 1
        clause = np.maximum(clause.cumsum() - 1, 0)
        worth, length = np.zeros(size), np.zeros(size)
        heard: Masks = np.zeros(len(codes), np.uint64)
        for places, known in self._known(codes):
            where, rare = clause[places], self._rare[known]
            worth += np.bincount(where, self._worth[known], size)
            length += np.bincount(where, rare * rare, size)
            heard[places] |= self._masks[self._mask_of[known]]
        words = worth / np.sqrt(np.maximum(length, 1.0))
        shown = np.bitwise_or.reduceat(heard, starts)
        found: Floats = np.where(length > 0, words + self._signs(shown) + self.model.danger_bias, -np.inf)
        return found

    def _known(self, codes: Codes) -> Iterator[tuple[Places, NDArray[np.int32]]]:
        """Where the tokens stand that are known, and the number of each."""
        last = len(self._keys) - 1
        for places, keys in tokens_of(codes):
            at = self._begins[keys >> _SHIFT]
            for _ in range(_CROWD):
                here = self._keys[np.minimum(at, last)]
                hit, further = here == keys, here < keys
                yield places[hit], at[hit]
                places, keys, at = places[further], keys[further], at[further] + np.int32(1)

    def _signs(self, shown: Masks) -> Floats:
        """What the signs of each clause are worth; few clauses show others than one before."""
        different, which = np.unique(shown, return_inverse=True)
        worth = np.fromiter(map(self._worth_of, different.tolist()), np.float32, len(different))
        found: Floats = worth[which]
        return found

    def _reckoned(self, mask: int) -> float:
        bits = [i for i in range(mask.bit_length()) if mask >> i & 1]
        total = sum(map(self._alone.__getitem__, bits)) + sum(map(self._together.__getitem__, combinations(bits, 2)))
        return ear.SIGNS * total / sqrt(len(bits) * (len(bits) + 1) / 2 or 1)


def _weights_of(names: list[str], heard: Floats) -> tuple[list[float], dict[tuple[int, int], float]]:
    """What the ear learnt of each sign, and of every two of them."""
    pairs = combinations(range(len(names)), 2)
    together = {(i, j): float(heard[ear.number(f"{names[i]}&{names[j]}")]) for i, j in pairs}
    return [float(heard[ear.number(name)]) for name in names], together


def _masks(names: list[str], signs: dict[str, list[str]]) -> dict[int, int]:
    """The checksum of each token that gives signs, and these as bits."""
    bits = {name: 1 << i for i, name in enumerate(names)}
    return {crc32(token.encode()): sum(bits[name] for name in set(found)) for token, found in signs.items()}
