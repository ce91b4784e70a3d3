"""How like each of the examples a text is: what it shares with them, summed over the examples of every feature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from intents.features import Floats, Ints

Lengths = NDArray[np.float64]

# So many features are summed at a time, which bounds what a long text takes.
ROOM = 128


def best(
    examples: NDArray[np.uint16], begins: Ints, ends: Ints, worth: Floats, lengths: Lengths, bounds: Ints
) -> Floats:
    """Of each label's examples the likeness of the nearest.

    examples: those a feature stands in, feature by feature; begins, ends, worth: of each feature of the text its
    stretch of these, and what sharing it is worth; lengths: of each example what that is multiplied by; bounds: where
    each label's examples begin.
    """
    places, many = list(map(slice, begins.tolist(), ends.tolist())), ends - begins
    sums = _summed(examples, places[:ROOM], many[:ROOM], worth[:ROOM], len(lengths))
    for first in range(ROOM, len(places), ROOM):
        part = slice(first, first + ROOM)
        sums += _summed(examples, places[part], many[part], worth[part], len(lengths))
    # In place, and both in the same precision: these arrays are longer than all else here.
    np.multiply(sums, lengths, out=sums)
    return np.maximum.reduceat(sums, bounds).astype(np.float32)


def _summed(
    examples: NDArray[np.uint16], places: list[slice], many: Ints, worth: Floats, size: int
) -> NDArray[np.float64]:
    shared = np.concatenate([examples[place] for place in places])
    return np.bincount(shared, np.repeat(worth, many), size).astype(np.float64, copy=False)
