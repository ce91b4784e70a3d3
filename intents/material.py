"""The sentences and the talk of danger as numbers: what is trained from, and what is calibrated on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from intents import alarms, concepts, ear, features
from intents.features import Floats, Ints, Vocabulary
from intents.sentences import Sentence

MIN_COUNT = 1


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences as numbers: `matrix` one row each, `heard` what the ear hears beside; the same for talk of danger.

    cries: which of the talk is a cry; groups: which of it belongs together.
    """

    rows: Sequence[Sentence]
    said: Sequence[alarms.Said]
    intents: tuple[str, ...]
    labels: Ints
    vocabulary: Vocabulary
    idf: Floats
    concepts: dict[str, list[str]]
    signs: dict[str, list[str]]
    matrix: Any
    heard: Any
    talk: Any
    talk_heard: Any
    cries: Ints
    groups: Ints


def prepare(rows: Sequence[Sentence], talk: Sequence[alarms.Said]) -> Material:
    known = concepts.read()
    signs = ear.read_signs()
    bare = [features.tokens(row.text) for row in rows]
    spoken = [features.tokens(one.text) for one in talk]
    said = [features.with_concepts(found, known) for found in bare]
    composed = [features.with_concepts(found, known) for found in spoken]
    vocabulary, idf = _vocabulary(said, composed)
    intents = tuple(sorted({row.intent for row in rows}))
    order = {intent: index for index, intent in enumerate(intents)}
    return Material(
        rows=rows,
        said=talk,
        intents=intents,
        labels=np.array([order[row.intent] for row in rows], np.int32),
        vocabulary=vocabulary,
        idf=idf,
        concepts=known,
        # All of them: a word that stands in no sentence of ours is known by its sign alone.
        signs=signs,
        matrix=_matrix(said, vocabulary, idf),
        heard=_sparse(map(ear.hear, (row.text for row in rows), bare, repeat(signs)), ear.SIZE),
        talk=_matrix(composed, vocabulary, idf),
        talk_heard=_sparse(
            (ear.hear(one.text, found, signs) for one, found in zip(talk, spoken, strict=True)), ear.SIZE
        ),
        cries=np.array([one.alert for one in talk], np.int32),
        groups=np.array([one.group for one in talk], np.int32),
    )


def _vocabulary(said: list[list[str]], composed: list[list[str]]) -> tuple[Vocabulary, Floats]:
    """Tokens that occur twice, or are short; how rare each is follows from the sentences alone."""
    seen: Counter[str] = Counter()
    for found in said:
        seen.update(set(found))
    beside: Counter[str] = Counter()
    for found in composed:
        beside.update(set(found))
    vocabulary = Vocabulary.of(
        token for token, count in (seen + beside).items() if count > MIN_COUNT or len(token) <= 3
    )
    counts = np.zeros(len(vocabulary))
    for found in said:
        counts[np.unique(vocabulary.find(found))] += 1
    return vocabulary, (np.log((1 + len(said)) / (1 + counts)) + 1.0).astype(np.float32)


def _matrix(said: list[list[str]], vocabulary: Vocabulary, idf: Floats) -> Any:
    return _sparse((features.weigh(found, vocabulary, idf) for found in said), len(vocabulary))


def _sparse(rows: Iterable[tuple[Ints, Floats]], width: int) -> Any:
    starts, indices, values = [0], [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    for where, what in rows:
        indices.append(where)
        values.append(what)
        starts.append(starts[-1] + len(where))
    return csr_matrix((np.concatenate(values), np.concatenate(indices), starts), shape=(len(starts) - 1, width))
