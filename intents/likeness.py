"""How like each of the examples a text is: what it shares with them, summed over the examples of every feature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from intents.features import Floats, Ints

# Likeness is kept in this many steps.
STEPS = 255
# So many features are summed at a time, which bounds what a long text takes.
ROOM = 128


def best(
    postings: tuple[Ints, NDArray[np.uint8]],
    begins: Ints,
    ends: Ints,
    worth: Floats,
    bounds: Ints,
    size: int,
) -> Floats:
    """Of each label's examples the likeness of the nearest.

    postings: which examples a feature stands in, and how much of each it is; begins, ends, worth: of each feature of
    the text its postings and its own share; bounds: where each label's examples begin, of `size` in all.
    """
    lengths, shares = ends - begins, worth / np.float32(STEPS)
    places = list(map(slice, begins.tolist(), ends.tolist()))
    sums = _summed(postings, places[:ROOM], lengths[:ROOM], shares[:ROOM], size)
    for first in range(ROOM, len(places), ROOM):
        part = slice(first, first + ROOM)
        sums += _summed(postings, places[part], lengths[part], shares[part], size)
    return np.maximum.reduceat(sums, bounds).astype(np.float32)


def _summed(
    postings: tuple[Ints, NDArray[np.uint8]], places: list[slice], lengths: Ints, shares: Floats, size: int
) -> NDArray[np.float64]:
    examples, values = postings
    weighed = np.concatenate([values[place] for place in places]) * np.repeat(shares, lengths)
    return np.bincount(np.concatenate([examples[place] for place in places]), weighed, size)
