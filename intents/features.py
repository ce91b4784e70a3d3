"""What a sentence is made of for the classifier: characters for Chinese, words and their insides for Latin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from math import sqrt
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from intents.normalise import HAN, count_han, fold

# Bump when tokens change, or how a model is stored: one of before is then trained anew.
VERSION = "14"
# Of a text longer than this, so many characters of either end are read: a request stands first or last. In Chinese
# characters it takes fewer.
LONG, EDGE, HAN_EDGE = 800, 150, 100
# Nobody writes so much to a front desk: something was pasted, and half of that says what it is.
PASTED = 4_000
# Pictures are words to many people; below them lie only signs and punctuation.
EMOJI = 0x1F000
# Stands for a run of Chinese among Latin words.
HAN_WORD = "#"
# The shortest pieces of a Latin word.
LEAST_INSIDE = 3
# How much a token counts for the intents by its kind (see `kind`): the inside of a word less than the word, a concept
# and a single Chinese character more. One in a hundred more left-out sentences of either language are understood. The
# ear for danger hears all alike: it would start at single characters.
_SHARES = np.array([1.0, 0.5, 1.2, 1.1, 1.5, 1.8, 1.3], np.float32)
_RUN = re.compile(f"[{HAN}]+|[a-z0-9']+|[^\\s{HAN}a-z0-9']")
_DIGITS = re.compile(r"\d+")

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Rows = NDArray[np.intp]
Keys = NDArray[np.uint32]


def tokens(text: str) -> list[str]:
    """Character 1–4-grams of Chinese runs; words, word pairs and inner 3–5-grams of the rest.

    Digits become one `0`; of very long texts only both ends are read.
    """
    folded = fold(ends(text))
    out: list[str] = []
    words: list[str] = []
    for run in _RUN.findall(_DIGITS.sub("0", folded)):
        first = run[0]
        if is_han(first):
            _characters(run, out)
            words.append(HAN_WORD)
        elif first.isalnum():
            out.append("=" + run)
            words.append(run)
            _inside(run, out)
        elif first in "?？!！":
            out.append("?" if first in "?？" else "!")
        elif ord(first) > EMOJI:
            out.append(first)
    out.extend(f"{a}_{b}" for a, b in pairwise(words) if not (a == HAN_WORD and b == HAN_WORD))
    return out


def ends(text: str) -> str:
    if len(text) <= LONG:
        return text
    edge = edge_of(text)
    return text[:edge] + " " + text[-edge:]


def edge_of(text: str) -> int:
    edge = HAN_EDGE if 2 * count_han(text[:EDGE]) > EDGE else EDGE
    return edge // 2 if len(text) > PASTED else edge


def _characters(run: str, out: list[str]) -> None:
    size = len(run)
    for n in (1, 2, 3, 4):
        out.extend(run[i : i + n] for i in range(size - n + 1))
    out.append("^" + run[:2])
    out.append(run[-2:] + "$")


def _inside(word: str, out: list[str]) -> None:
    if len(word) < 3:
        return
    padded = f"<{word}>"
    for n in (LEAST_INSIDE, 4, 5):
        out.extend("#" + padded[i : i + n] for i in range(len(padded) - n + 1))


def parts(token: str) -> tuple[str, ...]:
    """The pieces one character shorter that stand wherever this piece of a Latin word stands.

    A piece as frequent as one of them says nothing more, and one rare word would be heard ten times: without it one in
    two hundred more left-out sentences are understood, and the model is smaller.
    """
    return (token[:-1], "#" + token[2:]) if token[0] == "#" and len(token) > LEAST_INSIDE + 1 else ()


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def with_concepts(found: Sequence[str], concepts: Mapping[str, list[str]]) -> list[str]:
    """The tokens, and once each the concepts that any of them stands under."""
    return [*found, *_concepts_of(concepts.keys() & found, concepts)]


def _concepts_of(known: Iterable[str], concepts: Mapping[str, list[str]]) -> list[str]:
    return sorted({concept for token in known for concept in concepts[token]})


class Vocabulary:
    """The known tokens, each by its checksum, in order: there is nothing to build when a model is read.

    Two tokens of one checksum count as one, which happens to a pair or two of a hundred thousand.
    """

    __slots__ = ("_met", "keys")

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        # Most of what people write is made of pieces that were just written by somebody else.
        self._met: dict[str, int] = {}

    @classmethod
    def of(cls, tokens: Iterable[str]) -> Vocabulary:
        return cls(np.unique(_checksums(list(tokens))))

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, token: object) -> bool:
        return isinstance(token, str) and self.places([token])[0] >= 0

    def find(self, tokens: list[str]) -> Ints:
        """The place of every known token, in their order and as often as they stand there."""
        places = self.places(tokens)
        found: Ints = places[places >= 0]
        return found

    def places(self, tokens: Collection[str]) -> Ints:
        """The place of every token, below nought where it is not known."""
        # Of several threads each keeps to the one it began with.
        met = self._met if len(self._met) < _REMEMBERED else {}
        new = [token for token in tokens if token not in met]
        if new:
            met.update(zip(new, self._sought(new), strict=True))
            self._met = met
        return np.fromiter(map(met.__getitem__, tokens), np.int32, len(tokens))

    def _sought(self, tokens: list[str]) -> list[int]:
        wanted = _checksums(tokens)
        places = self.keys.searchsorted(wanted)
        # Behind the last key stands none: what is greater than all of them is compared with the last.
        known = self.keys.take(places, mode="clip") == wanted if len(self.keys) else np.zeros(len(wanted), bool)
        found: list[int] = np.where(known, places, -1).tolist()
        return found


# So many tokens are remembered with their places; then it begins anew.
_REMEMBERED = 1 << 15


def _checksums(tokens: Collection[str]) -> Keys:
    return np.fromiter((crc32(token.encode()) for token in tokens), np.uint32, len(tokens))


def weigh(found: Iterable[str], vocabulary: Vocabulary, idf: Floats) -> tuple[Ints, Floats]:
    """Indices and L2-normalised tf-idf values of the known tokens; both empty when none is known."""
    counts = Counter(found)
    places = vocabulary.places(counts)
    known = places >= 0
    indices: Ints = places[known]
    if len(indices) == 0:
        return indices, np.empty(0, np.float32)
    values = idf[indices]
    if max(counts.values()) > 1:
        times = np.fromiter(counts.values(), np.float32, len(counts))
        values = values * (1.0 + np.log(times[known])).astype(np.float32)
    return indices, values / np.float32(sqrt(values @ values))


def rarity(seen: NDArray[Any], sentences: int) -> Floats:
    """How rare each token is, given how many of the sentences it stands in."""
    return (np.log((1 + sentences) / (1 + seen.astype(np.float64))) + 1.0).astype(np.float32)


def worth(idf: Floats, kinds: NDArray[np.uint8]) -> Floats:
    """Rarity, and how much its kind counts."""
    return idf * _SHARES[kinds]


def alike(values: Floats, kinds: NDArray[np.uint8]) -> Floats:
    """What `weigh` makes of a text, as if every kind counted alike."""
    bare = values / _SHARES[kinds]
    return bare / np.float32(sqrt(bare @ bare))


def kind(token: str) -> int:
    """The inside of a word, a word, a pair of words, a concept, one Chinese character, two; nought for all else."""
    if len(token) > 1 and token[0] in "#=@":
        return 3 if "_" in token and token[0] == HAN_WORD else {"#": 1, "=": 2, "@": 4}[token[0]]
    if "_" in token:
        return 3
    return 4 + len(token) if len(token) <= 2 and all(map(is_han, token)) else 0


def read(
    text: str, vocabulary: Vocabulary, idf: Floats, concepts: Mapping[str, list[str]]
) -> tuple[frozenset[str], Ints, Floats]:
    """The tokens of a text, and what `weigh` makes of them and their concepts."""
    different, found = _spread(text, concepts)
    return different, *weigh(found, vocabulary, idf)


def _spread(text: str, concepts: Mapping[str, list[str]]) -> tuple[frozenset[str], list[str]]:
    """The tokens of a text, each once; and as they stand, with their concepts."""
    found = tokens(text)
    different = frozenset(found)
    return different, [*found, *_concepts_of(concepts.keys() & different, concepts)]
