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
    examples, values = postings
    lengths, shares = ends - begins, worth / np.float32(STEPS)
    places = [slice(begin, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    sums = np.zeros(size)
    for first in range(0, len(places), ROOM):
        part = slice(first, first + ROOM)
        weighed = np.concatenate([values[place] for place in places[part]]) * np.repeat(shares[part], lengths[part])
        where = np.concatenate([examples[place] for place in places[part]])
        sums += np.bincount(where, weighed, size)
    return np.maximum.reduceat(sums, bounds).astype(np.float32)
