"""How the arrays of a model lie on the disk: a quarter of the size, and read with a few steps over whole arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intents.features import Floats, Ints, Keys

Bytes = NDArray[np.uint8]
Shorts = NDArray[np.uint16]

# Weights stand in so many steps to either side of nought, the finer the nearer to it.
_STEPS = 127
# So many noughts before a weight are told in one byte.
_FAR = 255


def halves(numbers: Shorts) -> Bytes:
    """The lower and the upper bytes apart: the upper ones are mostly nought, which packs well."""
    return np.stack([(numbers & 0xFF).astype(np.uint8), (numbers >> 8).astype(np.uint8)])


def whole(parts: Bytes) -> Shorts:
    numbers: Shorts = (parts[1].astype(np.uint16) << np.uint16(8)) | parts[0]
    return numbers


def steps(numbers: Shorts) -> Bytes:
    """How far each is from the one before; they go round at the end of 16 bits."""
    return halves(np.diff(numbers, prepend=np.uint16(0)).astype(np.uint16))


def walked(parts: Bytes) -> Shorts:
    return np.cumsum(whole(parts), dtype=np.uint16)


class Shared(NamedTuple):
    """Lists of examples, each once. lower, upper: which of them is a feature's, as the halves of a number; counts: how
    long each is; numbers: all of them, one behind the other.
    """

    lower: Shorts
    upper: Bytes
    counts: Bytes
    numbers: Bytes


def shared(begins: Ints, ends: Ints, examples: Shorts) -> Shared:
    """The pieces of one rare word stand in the same sentences: of five lists two are another one over again. In order
    of what stands in them, neighbours differ little, which packs well."""
    lists = [examples[a:b].tobytes() for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
    different = sorted(set(lists), key=_numbers)
    place = {one: number for number, one in enumerate(different)}
    which = np.fromiter((place[one] for one in lists), np.uint32, len(lists))
    counts = np.fromiter((len(one) // 2 for one in different), np.uint16, len(different))
    numbers = np.frombuffer(b"".join(different), np.uint16)
    return Shared((which & 0xFFFF).astype(np.uint16), (which >> 16).astype(np.uint8), halves(counts), steps(numbers))


def _numbers(one: bytes) -> list[int]:
    return list(memoryview(one).cast("H"))


def apart(packed: Iterable[NDArray[np.generic]]) -> tuple[Ints, Ints, Shorts]:
    """Of each feature where its list begins and ends, and the lists."""
    lower, upper, counts, numbers = packed
    which = lower.astype(np.uint32) | (upper.astype(np.uint32) << np.uint32(16))
    edges = np.concatenate(([0], np.cumsum(whole(counts.astype(np.uint8)), dtype=np.int32))).astype(np.int32)
    return edges[which], edges[which + 1], walked(numbers.astype(np.uint8))


def spread(keys: Keys) -> tuple[Shorts, Bytes]:
    """Keys in order by their lower half, and how many there are of each upper half."""
    return (keys & 0xFFFF).astype(np.uint16), halves(np.bincount(keys >> 16, minlength=1 << 16).astype(np.uint16))


def gathered(lower: Shorts, counts: Bytes) -> Keys:
    upper = np.repeat(np.arange(1 << 16, dtype=np.uint32) << np.uint32(16), whole(counts))
    return upper | lower


def bent(weights: Floats) -> tuple[NDArray[np.int8], float]:
    """Weights in steps that are fine near nought, and their largest."""
    most = float(np.abs(weights).max(initial=1e-6))
    return np.rint(np.sign(weights) * np.sqrt(np.abs(weights) / most) * _STEPS).astype(np.int8), most


def straight(bends: NDArray[np.int8], most: float) -> Floats:
    worth = bends.astype(np.float32)
    return worth * np.abs(worth) * np.float32(most / _STEPS**2)


def sparse(weights: NDArray[np.int8]) -> tuple[Bytes, NDArray[np.int8]]:
    """What is not nought, and how many noughts stand before each; of too many one counts among the rest."""
    flat = weights.reshape(-1)
    places = np.flatnonzero(flat)
    noughts = np.diff(places, prepend=-1) - 1
    more = noughts // (_FAR + 1)
    before, values = np.full(len(places) + more.sum(), _FAR, np.uint8), np.zeros(len(places) + more.sum(), np.int8)
    ends = np.cumsum(more + 1) - 1
    before[ends], values[ends] = noughts % (_FAR + 1), flat[places]
    return before, values


def dense(before: Bytes, values: NDArray[np.int8], shape: tuple[int, int]) -> NDArray[np.int8]:
    flat = np.zeros(shape[0] * shape[1], np.int8)
    flat[np.cumsum(before.astype(np.intp) + 1) - 1] = values
    return flat.reshape(shape)
