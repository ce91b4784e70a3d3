"""Trains the embedded classifier from the sentences; the only module that needs scikit-learn."""

from __future__ import annotations

import fcntl
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from intents import features, sentences
from intents.classifier import (
    OUT_OF_SCOPE,
    Calibration,
    Model,
    by_intent,
    confidence,
    evidence,
    load,
    save,
    score,
    stored_digest,
)
from intents.sentences import Sentence

SOS = "trigger_sos"
FOLDS = 5
FALSE_REJECTION = 0.05
FALSE_ALERTS = 0.004
MIN_COUNT = 1
_UNSET = Calibration((1.0, 0.0, 0.0, 0.0), 0.0, 0.0, 0.5, 0.5)


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
        model = fit(sentences.read(), seed=seed, digest=sentences.digest(sentences.FOLDER, features.VERSION))
        save(model, folder)
    return model


def fit(rows: Sequence[Sentence], *, seed: int = 0, digest: str = "") -> Model:
    """A model whose thresholds were fixed on folds it had not seen."""
    calibration = _calibrate(rows, seed)
    return _fit_once(rows, calibration, seed, digest)


def _fit_once(rows: Sequence[Sentence], calibration: Calibration, seed: int, digest: str = "") -> Model:
    vocabulary, idf = _vocabulary(rows)
    matrix = _matrix(rows, vocabulary, idf)
    intents = tuple(sorted({row.intent for row in rows}))
    order = {intent: index for index, intent in enumerate(intents)}
    labels = np.array([order[row.intent] for row in rows], np.int32)
    svm = LinearSVC(C=0.7, class_weight="balanced", random_state=seed).fit(matrix, labels)
    alarming = LogisticRegression(C=30.0, class_weight={0: 1.0, 1: 2.0}, max_iter=300, random_state=seed)
    alarming.fit(matrix, [row.intent == SOS for row in rows])
    columns = matrix.tocsc()
    labels, examples, bounds = by_intent(labels, columns.indices.astype(np.int32))
    return Model(
        intents=intents,
        vocabulary=vocabulary,
        idf=idf,
        weights=svm.coef_.T.astype(np.float32),
        bias=svm.intercept_.astype(np.float32),
        danger=alarming.coef_[0].astype(np.float32),
        danger_bias=float(alarming.intercept_[0]),
        starts=columns.indptr.astype(np.int32),
        examples=examples,
        values=columns.data.astype(np.float32),
        labels=labels,
        bounds=bounds,
        calibration=calibration,
        digest=digest,
    )


def _vocabulary(rows: Sequence[Sentence]) -> tuple[dict[str, int], NDArray[np.float32]]:
    seen: Counter[str] = Counter()
    for row in rows:
        seen.update(set(features.tokens(row.text)))
    kept = [token for token, count in seen.items() if count > MIN_COUNT or len(token) <= 3]
    idf = [math.log((1 + len(rows)) / (1 + seen[token])) + 1.0 for token in kept]
    return {token: index for index, token in enumerate(kept)}, np.array(idf, np.float32)


def _matrix(rows: Sequence[Sentence], vocabulary: dict[str, int], idf: NDArray[np.float32]) -> Any:
    starts, indices, values = [0], [], []
    for row in rows:
        where, what = features.vector(row.text, vocabulary, idf)
        indices.append(where)
        values.append(what)
        starts.append(starts[-1] + len(where))
    shape = (len(rows), len(vocabulary))
    return csr_matrix((np.concatenate(values), np.concatenate(indices), starts), shape=shape)


def _calibrate(rows: Sequence[Sentence], seed: int) -> Calibration:
    """Confidence and thresholds from predictions on folds that were left out."""
    facts, right, inside, alarms = [], [], [], []
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for learn, check in folds.split(np.zeros(len(rows)), [row.intent for row in rows]):
        model = _fit_once([rows[i] for i in learn], _UNSET, seed)
        for i in check:
            margins, nearest, danger = score(model, rows[i].text)
            best, found = evidence(margins, nearest)
            facts.append(found)
            right.append(model.intents[best] == rows[i].intent)
            inside.append((rows[i].intent != OUT_OF_SCOPE, model.intents[best] != OUT_OF_SCOPE))
            alarms.append((rows[i].intent == SOS, danger))
    weigher = LogisticRegression(C=10.0).fit(facts, right)
    first, second, third, fourth = weigher.coef_[0].tolist()
    calibration = Calibration((first, second, third, fourth), float(weigher.intercept_[0]), 0.0, 0.5, 0.5)
    sure = [confidence(calibration, f) for f, (truly, said) in zip(facts, inside, strict=True) if truly and said]
    reject = float(np.quantile(sure, FALSE_REJECTION))
    calm = sorted((d for sos, d in alarms if not sos), reverse=True)
    alert = calm[int(len(calm) * FALSE_ALERTS)]
    doubt = float(np.quantile([d for sos, d in alarms if sos], 0.01))
    return Calibration(calibration.weights, calibration.bias, reject, max(0.5, float(alert)), doubt)
