"""The sentences and the talk of danger as numbers: what is trained from, and what is calibrated on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from intents import alarms, concepts, dialogue_act, ear, features
from intents.features import Floats, Ints, Vocabulary
from intents.sentences import Sentence

MIN_COUNT = 1
# What stands in more examples than this makes none of them alike, and would be most of the work of looking.
COMMON = 2_000
# So many of its features, the rarest, make an example.
FEATURES = 48
# Seen more often than this is seen as often as can be.
MOST_SEEN = 65_535


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences as numbers: `matrix` one row each, `alike` the same with every kind of token counting alike, `near` as
    an example that others are like, `heard` what the ear hears beside; the same for talk of danger.

    cries: which of the talk is a cry; groups: which of it belongs together; ordinary: which of it is said in the middle
    of an ordinary talk, which only tells cries from such talk; light: which of it is no example; lines: all the talk as
    `dialogue_act.hear` gives it.
    """

    rows: Sequence[Sentence]
    said: Sequence[alarms.Said]
    intents: tuple[str, ...]
    labels: Ints
    vocabulary: Vocabulary
    idf: Floats
    seen: NDArray[np.uint16]
    kinds: NDArray[np.uint8]
    concepts: dict[str, list[str]]
    signs: dict[str, list[str]]
    matrix: Any
    alike: Any
    near: Any
    lengths: Floats
    heard: Any
    talk: Any
    talk_alike: Any
    talk_near: Any
    talk_lengths: Floats
    talk_heard: Any
    cries: Ints
    groups: Ints
    ordinary: NDArray[np.bool_]
    light: NDArray[np.bool_]
    lines: Any


def prepare(rows: Sequence[Sentence], talk: Sequence[alarms.Said]) -> Material:
    known = concepts.read()
    signs = ear.read_signs()
    bare = [features.tokens(row.text) for row in rows]
    spoken = [features.tokens(one.text) for one in talk]
    said = [features.with_concepts(found, known) for found in bare]
    composed = [features.with_concepts(found, known) for found in spoken]
    ordinary = np.array([one.ordinary for one in talk], bool)
    light = np.array([one.ordinary or one.light for one in talk], bool)
    vocabulary, seen, kinds = _vocabulary(
        said, [found for found, alone in zip(composed, light, strict=True) if not alone]
    )
    idf = features.rarity(seen, len(said))
    worth = features.worth(idf, kinds)
    examples = np.array([not one.light for one in talk], bool)
    matrix, spoken_matrix = _matrix(said, vocabulary, worth), _matrix(composed, vocabulary, worth)
    lengths, spoken_lengths = _lengths(matrix, worth), _lengths(spoken_matrix, worth)
    common = np.asarray((matrix > 0).sum(axis=0) + (spoken_matrix[examples] > 0).sum(axis=0)).ravel() > COMMON
    intents = tuple(sorted({row.intent for row in rows}))
    order = {intent: index for index, intent in enumerate(intents)}
    return Material(
        rows=rows,
        said=talk,
        intents=intents,
        labels=np.array([order[row.intent] for row in rows], np.int32),
        vocabulary=vocabulary,
        idf=idf,
        seen=seen,
        kinds=kinds,
        concepts=known,
        # All of them: a word that stands in no sentence of ours is known by its sign alone.
        signs=signs,
        matrix=matrix,
        alike=_alike(matrix, kinds),
        near=_examples(matrix, worth, lengths, common),
        lengths=lengths,
        heard=_sparse(map(ear.hear, (row.text for row in rows), bare, repeat(signs)), ear.SIZE),
        talk=spoken_matrix,
        talk_alike=_alike(spoken_matrix, kinds),
        talk_near=_examples(spoken_matrix, worth, spoken_lengths, common),
        talk_lengths=spoken_lengths,
        talk_heard=_sparse(
            (ear.hear(one.text, found, signs) for one, found in zip(talk, spoken, strict=True)), ear.SIZE
        ),
        cries=np.array([one.alert for one in talk], np.int32),
        groups=np.array([one.group for one in talk], np.int32),
        ordinary=ordinary,
        light=light,
        lines=_sparse((dialogue_act.hear(one.text) for one in talk), dialogue_act.SIZE),
    )


def _vocabulary(
    said: list[list[str]], composed: list[list[str]]
) -> tuple[Vocabulary, NDArray[np.uint16], NDArray[np.uint8]]:
    """Tokens that occur twice, or are short, but for a longer piece of a word that never stands without a shorter one;
    how many sentences each is in: how rare it is they alone tell; and its kind.
    """
    seen: Counter[str] = Counter()
    for found in said:
        seen.update(set(found))
    beside: Counter[str] = Counter()
    for found in composed:
        beside.update(set(found))
    often = seen + beside
    known = [
        token
        for token, count in often.items()
        if (count > MIN_COUNT or len(token) <= 2) and all(often[part] != count for part in features.parts(token))
    ]
    vocabulary = Vocabulary.of(known)
    kinds, counts = np.zeros(len(vocabulary), np.uint8), np.zeros(len(vocabulary))
    kinds[vocabulary.places(known)] = [features.kind(token) for token in known]
    for found in said:
        counts[np.unique(vocabulary.find(found))] += 1
    return vocabulary, np.minimum(counts, MOST_SEEN).astype(np.uint16), kinds


def _matrix(said: list[list[str]], vocabulary: Vocabulary, worth: Floats) -> Any:
    return _sparse((features.weigh(found, vocabulary, worth) for found in said), len(vocabulary))


def _alike(matrix: Any, kinds: NDArray[np.uint8]) -> Any:
    rows = ((row.indices, features.alike(row.data, kinds[row.indices]) if row.nnz else row.data) for row in matrix)
    return _sparse(rows, matrix.shape[1])


def _sparse(rows: Iterable[tuple[Ints, Floats]], width: int) -> Any:
    starts, indices, values = [0], [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    for where, what in rows:
        indices.append(where)
        values.append(what)
        starts.append(starts[-1] + len(where))
    return csr_matrix((np.concatenate(values), np.concatenate(indices), starts), shape=(len(starts) - 1, width))


def _lengths(matrix: Any, worth: Floats) -> Floats:
    """By which the rarity of a token is multiplied where it stands once, row by row."""
    lengths = np.zeros(matrix.shape[0], np.float32)
    filled = np.flatnonzero(np.diff(matrix.indptr))
    lengths[filled] = np.minimum.reduceat(matrix.data / worth[matrix.indices], matrix.indptr[filled])
    return lengths


def _examples(matrix: Any, worth: Floats, lengths: Floats, common: NDArray[np.bool_]) -> Any:
    """Each row as what others are like: its rarest tokens, each worth its rarity however often it stands there."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((-worth[matrix.indices], row))
    rank = np.empty(len(row), np.intp)
    rank[order] = np.arange(len(row)) - matrix.indptr[row[order]]
    kept = (rank < FEATURES) & ~common[matrix.indices]
    row, where = row[kept], matrix.indices[kept]
    return csr_matrix((lengths[row] * worth[where], (row, where)), shape=matrix.shape)
