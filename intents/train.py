"""Trains the embedded classifier from the sentences; with `calibrate.py` the only module that needs scikit-learn."""

from __future__ import annotations

import fcntl
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.svm import LinearSVC

from intents import alarms, concepts, features, sentences
from intents.calibrate import calibrate
from intents.classifier import Model, by_intent, load, save, stored_digest
from intents.features import Floats, Ints, Rows
from intents.sentences import Sentence

SOS = "trigger_sos"
MIN_COUNT = 1
_WEIGHT = 2.0
# A cry must be heard even where calm talk with the same words is more frequent.
_CRY_WEIGHT = {0: 1.0, 1: 1.5}


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences as numbers: `matrix` one row each; the same for composed talk of danger.

    cries: which of the talk is a cry; groups: which of it belongs together.
    """

    rows: Sequence[Sentence]
    intents: tuple[str, ...]
    labels: Ints
    vocabulary: dict[str, int]
    idf: Floats
    concepts: dict[str, list[str]]
    matrix: Any
    talk: Any
    cries: Ints
    groups: Ints


def is_current(folder: Path) -> bool:
    return stored_digest(folder) == sentences.digest(sentences.FOLDER, features.VERSION)


def train(folder: Path, *, seed: int = 0, anew: bool = True) -> Model:
    """Read the sentences, fit, calibrate on held-out folds, and write the model to `folder`.

    anew: train even if a current model is there. Of several processes that find it old, one trains.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not anew and is_current(folder):
            return load(folder)
        digest = sentences.digest(sentences.FOLDER, features.VERSION)
        model = fit(sentences.read(), alarms.read(), seed=seed, digest=digest)
        save(model, folder)
    return model


def fit(rows: Sequence[Sentence], talk: Sequence[alarms.Said] = (), *, seed: int = 0, digest: str = "") -> Model:
    """A model whose thresholds were fixed on folds it had not seen."""
    material = prepare(rows, talk)
    calibration = calibrate(material, _fit_arrays, seed)
    weights, bias, danger, danger_bias = _fit_arrays(material, np.arange(len(rows)), np.arange(len(talk)), seed)
    columns = material.matrix.tocsc()
    labels, examples, bounds = by_intent(material.labels, columns.indices.astype(np.int32))
    return Model(
        intents=material.intents,
        vocabulary=material.vocabulary,
        idf=material.idf,
        concepts=material.concepts,
        weights=weights,
        bias=bias,
        danger=danger,
        danger_bias=danger_bias,
        starts=columns.indptr.astype(np.int32),
        examples=examples,
        values=columns.data.astype(np.float32),
        labels=labels,
        bounds=bounds,
        calibration=calibration,
        digest=digest,
    )


def prepare(rows: Sequence[Sentence], talk: Sequence[alarms.Said]) -> Material:
    known = concepts.read()
    said = [features.with_concepts(features.tokens(row.text), known) for row in rows]
    composed = [features.with_concepts(features.tokens(one.text), known) for one in talk]
    vocabulary, idf = _vocabulary(said, composed)
    intents = tuple(sorted({row.intent for row in rows}))
    order = {intent: index for index, intent in enumerate(intents)}
    return Material(
        rows=rows,
        intents=intents,
        labels=np.array([order[row.intent] for row in rows], np.int32),
        vocabulary=vocabulary,
        idf=idf,
        concepts={token: names for token, names in known.items() if token in vocabulary},
        matrix=_matrix(said, vocabulary, idf),
        talk=_matrix(composed, vocabulary, idf),
        cries=np.array([one.alert for one in talk], np.int32),
        groups=np.array([one.group for one in talk], np.int32),
    )


def _fit_arrays(material: Material, chosen: Rows, composed: Rows, seed: int) -> tuple[Floats, Floats, Floats, float]:
    """Weights and biases of the intents, and of the ear for danger, learnt from the chosen rows alone."""
    matrix, labels = material.matrix[chosen], material.labels[chosen]
    svm = LinearSVC(C=_WEIGHT, class_weight="balanced", random_state=seed).fit(matrix, labels)
    cries = labels == material.intents.index(SOS)
    if len(composed):
        matrix = vstack([matrix, material.talk[composed]], format="csr")
        cries = np.concatenate([cries, material.cries[composed] == 1])
    ear = LinearSVC(C=_WEIGHT, class_weight=_CRY_WEIGHT, random_state=seed).fit(matrix, cries)
    return (
        svm.coef_.T.astype(np.float32),
        svm.intercept_.astype(np.float32),
        ear.coef_[0].astype(np.float32),
        float(ear.intercept_[0]),
    )


def _vocabulary(said: list[list[str]], composed: list[list[str]]) -> tuple[dict[str, int], Floats]:
    """Tokens that occur twice, or are short; how rare each is follows from the sentences alone."""
    seen: Counter[str] = Counter()
    for found in said:
        seen.update(set(found))
    beside: Counter[str] = Counter()
    for found in composed:
        beside.update(set(found))
    kept = [token for token, count in (seen + beside).items() if count > MIN_COUNT or len(token) <= 3]
    idf = [math.log((1 + len(said)) / (1 + seen[token])) + 1.0 for token in kept]
    return {token: index for index, token in enumerate(kept)}, np.array(idf, np.float32)


def _matrix(said: list[list[str]], vocabulary: dict[str, int], idf: Floats) -> Any:
    starts, indices, values = [0], [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    for found in said:
        where, what = features.weigh(found, vocabulary, idf)
        indices.append(where)
        values.append(what)
        starts.append(starts[-1] + len(where))
    return csr_matrix((np.concatenate(values), np.concatenate(indices), starts), shape=(len(said), len(vocabulary)))
