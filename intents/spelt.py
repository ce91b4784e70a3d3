"""Finds the tokens of a whole text at once by their checksums, however long it is: no token is ever written out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intents.features import Keys

# Chinese tokens have up to so many characters; what a longer word ends in says little about it.
LONGEST_HAN, LONGEST_WORD = 4, 18
_FIRST_HAN, _LAST_HAN = 0x3400, 0x9FFF
_ALL = np.uint32(0xFFFFFFFF)
_BYTE, _EIGHT, _SIX, _TWELVE = np.uint32(0xFF), np.uint32(8), np.uint32(6), np.uint32(12)

Codes = NDArray[np.uint32]
Places = NDArray[np.intp]


class Tokens(NamedTuple):
    """Where some of the tokens begin, and the checksum of each; no place is there twice."""

    places: Places
    keys: Keys


def _table() -> Codes:
    found = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        found = np.where(found & 1, np.uint32(0xEDB88320) ^ (found >> np.uint32(1)), found >> np.uint32(1))
    return found


_STEPS = _table()


def tokens_of(codes: Codes) -> Iterator[Tokens]:
    """Runs of one to four Chinese characters; English words, and pairs of neighbours where the second begins.

    codes: of a folded text. Of words their insides are left out, and of a word with a figure what its letters are.
    """
    yield from _han(codes)
    yield from _latin(codes)


def _on(state: Codes, byte: Codes | np.uint32) -> Codes:
    """The checksum so far with one byte more, as `zlib.crc32` reckons it."""
    found: Codes = _STEPS[(state ^ byte) & _BYTE] ^ (state >> _EIGHT)
    return found


def _begun(size: int) -> Codes:
    return np.full(size, _ALL, np.uint32)


def _han(codes: Codes) -> Iterator[Tokens]:
    places = np.flatnonzero((codes >= _FIRST_HAN) & (codes <= _LAST_HAN))
    if not len(places):
        return
    here = codes[places]
    low, first, further = np.uint32(0x3F), np.uint32(0xE0), np.uint32(0x80)
    spelt: tuple[Codes, ...] = (here >> _TWELVE | first, (here >> _SIX) & low | further, here & low | further)
    state, whole = _begun(len(places)), np.ones(len(places), bool)
    for size in range(min(LONGEST_HAN, len(places))):
        if size:
            state, whole = state[:-1], whole[:-1] & (places[size:] - places[:-size] == size)
        for byte in spelt:
            state = _on(state, byte[size:])
        yield Tokens(places[: len(state)][whole], ~state[whole])


def _latin(codes: Codes) -> Iterator[Tokens]:
    letters = ((codes >= ord("a")) & (codes <= ord("z"))) | (codes == ord("'"))
    edges = np.flatnonzero(np.diff(letters, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return
    sizes = np.minimum(ends - starts, LONGEST_WORD)
    word = _with(_on(_begun(len(starts)), np.uint32(ord("="))), codes, starts, sizes)
    yield Tokens(starts, ~word)
    first = _with(_begun(len(starts) - 1), codes, starts[:-1], sizes[:-1])
    yield Tokens(starts[1:], ~_with(_on(first, np.uint32(ord("_"))), codes, starts[1:], sizes[1:]))


def _with(state: Codes, codes: Codes, starts: Places, sizes: NDArray[np.intp]) -> Codes:
    """Each checksum with the letters of a word more."""
    for at in range(int(sizes.max(initial=0))):
        longer = np.flatnonzero(sizes > at)
        state[longer] = _on(state[longer], codes[starts[longer] + at])
    return state
