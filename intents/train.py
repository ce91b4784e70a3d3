"""Trains the embedded classifier from the sentences; with `calibrate.py` the only module that needs scikit-learn."""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.svm import LinearSVC

from intents import alarms, concepts, ear, features, sentences, sieve
from intents.calibrate import Learnt, calibrate
from intents.classifier import Model, bounds_of, by_intent, load, save
from intents.danger import Cues
from intents.features import Floats, Ints, Rows, Vocabulary
from intents.latest import is_old
from intents.likeness import STEPS
from intents.sentences import Sentence
from intents.turns import Turns

SOS = "trigger_sos"
MIN_COUNT = 1
_WEIGHT = 2.0
# A hundredth is as good as a ten-thousandth here, and a fifth faster.
_TOLERANCE = 0.01
_EAR_WEIGHT = 1.5
# A cry must be heard even where calm talk with the same words is more frequent.
_CRY_WEIGHT = {0: 1.0, 1: 1.5}


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


def train(folder: Path, *, seed: int = 0, anew: bool = True, taught: Path | None = None) -> Model:
    """Read the sentences, fit, calibrate on held-out folds, and write the model to `folder`.

    anew: train even if a current model is there. Of several processes that find it old, one trains.
    taught: the folder of what communities taught beside our own sentences.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not anew and not is_old(folder, taught):
            return load(folder)
        digest = sentences.digest(sentences.FOLDER, features.VERSION, taught=taught)
        model = fit(sentences.read(taught=taught), alarms.read(), seed=seed, digest=digest)
        save(model, folder)
        # Reads every cue, so that no start has to.
        Cues()
        Turns()
        sieve.remember(folder)
    return model


def fit(rows: Sequence[Sentence], talk: Sequence[alarms.Said] = (), *, seed: int = 0, digest: str = "") -> Model:
    """A model whose thresholds were fixed on folds it had not seen."""
    material = prepare(rows, talk)
    calibration = calibrate(material, _fit_arrays, seed)
    weights, bias, danger, danger_bias, beside = _fit_arrays(material, np.arange(len(rows)), np.arange(len(talk)), seed)
    columns = vstack([material.matrix, material.talk], format="csc")
    kinds = np.concatenate([material.labels, len(material.intents) + material.cries]).astype(np.int32)
    labels, examples = by_intent(kinds, columns.indices.astype(np.int32))
    steps, scale = _in_steps(weights)
    return Model(
        intents=material.intents,
        vocabulary=material.vocabulary,
        idf=material.idf,
        concepts=material.concepts,
        weights=steps,
        scale=scale,
        bias=bias,
        danger=danger,
        danger_bias=danger_bias,
        ear=beside,
        signs=material.signs,
        starts=columns.indptr.astype(np.int32),
        examples=examples,
        values=np.rint(columns.data * STEPS).astype(np.uint8),
        labels=labels,
        bounds=bounds_of(labels),
        calibration=calibration,
        digest=digest,
    )


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
        signs={token: names for token, names in signs.items() if token in vocabulary},
        matrix=_matrix(said, vocabulary, idf),
        heard=_sparse(map(ear.hear, (row.text for row in rows), bare, repeat(signs)), ear.SIZE),
        talk=_matrix(composed, vocabulary, idf),
        talk_heard=_sparse(
            (ear.hear(one.text, found, signs) for one, found in zip(talk, spoken, strict=True)), ear.SIZE
        ),
        cries=np.array([one.alert for one in talk], np.int32),
        groups=np.array([one.group for one in talk], np.int32),
    )


def _fit_arrays(material: Material, chosen: Rows, composed: Rows, seed: int) -> Learnt:
    """Weights and biases of the intents, and of the ear for danger, learnt from the chosen rows alone."""
    matrix, labels = material.matrix[chosen], material.labels[chosen]
    svm = LinearSVC(C=_WEIGHT, class_weight=_shares(labels), random_state=seed, tol=_TOLERANCE).fit(matrix, labels)
    cries = labels == material.intents.index(SOS)
    heard = hstack([matrix, material.heard[chosen]], format="csr")
    if len(composed):
        talk = hstack([material.talk[composed], material.talk_heard[composed]], format="csr")
        heard = vstack([heard, talk], format="csr")
        cries = np.concatenate([cries, material.cries[composed] == 1])
    listener = LinearSVC(C=_EAR_WEIGHT, class_weight=_CRY_WEIGHT, random_state=seed).fit(heard, cries)
    learnt = listener.coef_[0].astype(np.float32)
    return (
        svm.coef_.T.astype(np.float32),
        svm.intercept_.astype(np.float32),
        learnt[: matrix.shape[1]],
        float(listener.intercept_[0]),
        learnt[matrix.shape[1] :],
    )


def _shares(labels: Ints) -> dict[int, float]:
    """How much a sentence of each intent counts: rare intents more, but not so much that all count alike.

    What is none of ours has six times as many sentences as the rest because it has no end; fully balanced, its voice
    was a sixth (measured on fresh sentences: 9 points of out-of-scope recall for 0.7 of accuracy within).
    """
    counts = np.bincount(labels)
    present = np.flatnonzero(counts)
    weights = np.sqrt(len(labels) / len(present) / counts[present])
    return dict(zip(present.tolist(), weights.tolist(), strict=True))


def _in_steps(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Weights in whole steps of a 127th of each intent's largest: a quarter of the size, and nobody hears it."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)


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
