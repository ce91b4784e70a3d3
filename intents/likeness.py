"""How like each of the examples a text is: what it shares with them, summed in room that is kept between texts.

Fresh room for every text would be the dearest part of it: the system hands out such large pieces page by page.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from intents.features import Floats, Ints

# Likeness is kept in this many steps, weights in as many as an int8 has.
STEPS = 255
# So many postings are summed at a time.
ROOM = 1 << 14


class _Room(threading.local):
    """One a thread, as several may understand at once."""

    def __init__(self) -> None:
        self.size = ROOM
        self.places = np.empty(ROOM, np.intp)
        self.values = np.empty(ROOM, np.float64)
        self.sums = np.empty(0, np.float64)

    def of(self, postings: int, examples: int) -> None:
        """Makes room for so many postings at a time, and nought for so many examples."""
        if postings > self.size:
            self.size = postings
            self.places, self.values = np.empty(postings, np.intp), np.empty(postings, np.float64)
        if len(self.sums) != examples:
            self.sums = np.empty(examples, np.float64)
        self.sums.fill(0.0)


_room = _Room()


def best(
    postings: tuple[Ints, NDArray[np.uint8]], begins: Ints, ends: Ints, worth: Floats, bounds: Ints, size: int
) -> Floats:
    """Of each label's examples the likeness of the nearest.

    postings: which examples a feature stands in, and how much of each it is; begins, ends, worth: of each feature of
    the text its postings and its own share; bounds: where each label's examples begin, of `size` in all.
    """
    examples, values = postings
    lengths = ends - begins
    room = _room
    room.of(int(lengths.max()), size)
    shares, upto = worth / np.float32(STEPS), np.cumsum(lengths)
    places = [slice(begin, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    first, done = 0, 0
    while first < len(places):
        last = int(upto.searchsorted(done + room.size, side="right"))
        part, count = places[first:last], int(upto[last - 1]) - done
        weighed, where = room.values[:count], room.places[:count]
        np.concatenate([values[place] for place in part], out=weighed)
        weighed *= np.repeat(shares[first:last], lengths[first:last])
        np.concatenate([examples[place] for place in part], out=where)
        np.add.at(room.sums, where, weighed)
        first, done = last, int(upto[last - 1])
    return np.maximum.reduceat(room.sums, bounds).astype(np.float32)
