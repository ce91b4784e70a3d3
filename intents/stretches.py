"""Finds the few stretches of a long text that deserve to be heard by themselves: a story drowns a cry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

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
# Where a text is cut; without any such place it is cut by length, and a cry may lie on two pieces.
_CLAUSE = re.compile(
    rf"(?:[^,.!?;:，。！？；：、\n{HAN}]{{1,90}}|[^,.!?;:，。！？；：、\n]{{1,60}})[,.!?;:，。！？；：、\n]*"
)
_ENDED = re.compile(r"[.!?。！？\n]\s*$")
_WORD = re.compile("[a-z']+")
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
        self._latin: dict[str, int] = {}
        self._han = np.zeros((LONGEST, SIZE), np.uint64)
        for token, names in signs.items():
            mask = 0
            for name in names:
                mask |= bits.get(name, 0)
            if mask and token > _LAST_LATIN:
                self._han[len(token) - 1, _number(token)] |= np.uint64(mask)
            elif mask:
                self._latin[token] = mask

    def worth_hearing(self, text: str) -> list[Stretch]:
        """The stretches with the most different signs of danger, at most `MOST`."""
        marks = list(_CLAUSE.finditer(text))
        if not marks:
            return []
        starts = np.array([mark.start() for mark in marks], np.intp)
        heard: Masks = np.bitwise_or.reduceat(self._heard(fold(text)), starts)
        grave, all_of = np.bitwise_count(heard & self._grave), np.bitwise_count(heard)
        weights = np.where(grave > 0, grave + all_of.astype(np.float32), 0.0)
        likely = [i for i in np.argsort(-weights, kind="stable")[: MOST * MOST].tolist() if weights[i] > 0]
        # The same clause again says nothing more.
        best = list({marks[i].group(): i for i in reversed(likely)}.values())[: -MOST - 1 : -1]
        return [self._stretch(marks, i, rank < WIDE) for rank, i in enumerate(best)]

    def _stretch(self, marks: list[re.Match[str]], i: int, wide: bool) -> Stretch:
        clauses = [mark.group() for mark in marks[max(0, i - 1) : i + 3]]
        here = min(i, 1)
        # What a sentence before it told is over: only what follows may take a cry back.
        first = here if here and _ENDED.search(clauses[0]) else 0
        near = "".join(clauses[first : here + 2]) if wide else clauses[here]
        taken_back = not self._back.isdisjoint(tokens("".join(clauses[here + 1 :])))
        return Stretch(clauses[here], near, "".join(clauses[first : here + 1]), "".join(clauses[first:]), taken_back)

    def _heard(self, folded: str) -> Masks:
        """At every place the signs that begin there."""
        heard = np.zeros(len(folded), np.uint64)
        for table, numbers in zip(self._han, _numbers(folded), strict=True):
            heard[: len(numbers)] |= table[numbers]
        # What a Latin letter's number shares with a sign in Chinese says nothing.
        heard[np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32) <= ord(_LAST_LATIN)] = 0
        before = None
        for mark in _WORD.finditer(folded):
            word = mark.group()
            found = self._latin.get("=" + word, 0) | (self._latin.get(f"{before}_{word}", 0) if before else 0)
            if found:
                heard[mark.start()] |= np.uint64(found)
            before = word
        return heard


def _number(token: str) -> int:
    """The number of this token, as `_numbers` would find it where the token stands."""
    total = ord(token[0])
    for char in token[1:]:
        total = (total * _STEP + ord(char)) & _ALL
    return (((total * _STEP) & _ALL) >> _SHIFT) % SIZE


def _numbers(text: str) -> list[NDArray[np.uint32]]:
    """At every place the number of the one, two, three, four characters that begin there."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    out = [codes]
    for n in range(1, min(LONGEST, len(codes))):
        out.append(out[-1][:-1] * np.uint32(_STEP) + codes[n:])
    out += [codes[:0]] * (LONGEST - len(out))
    return [((one * np.uint32(_STEP)) >> np.uint32(_SHIFT)) % np.uint32(SIZE) for one in out]
