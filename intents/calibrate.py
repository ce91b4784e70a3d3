"""Fixes confidence and thresholds on folds that were not trained on: rejection, alarm and the question between."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from intents.classifier import OUT_OF_SCOPE, Calibration, confidence, evidence, logistic
from intents.features import Floats, Ints
from intents.normalise import count_han

if TYPE_CHECKING:
    from intents.train import Material

SOS = "trigger_sos"
FOLDS = 4
FALSE_REJECTION = 0.05
# Of ordinary sentences: how many may raise an alarm, how many may draw the question, by the detector alone.
FALSE_ALERTS = 0.002
FALSE_ASKS = 0.008
# Of composed calm talk ("last year …", "in the film …"): how much may raise an alarm.
FALSE_IN_CALM = 0.01

Learn = Callable[["Material", Ints, Ints, int], tuple[Floats, Floats, Floats, float]]


class Found(NamedTuple):
    facts: tuple[float, ...]
    best: int
    truth: int
    latin: bool


def calibrate(material: Material, learn: Learn, seed: int) -> Calibration:
    found, ordinary, cries, calm = _left_out(material, learn, seed)
    outside = material.intents.index(OUT_OF_SCOPE)
    weigher = LogisticRegression(C=10.0).fit([f.facts for f in found], [f.best == f.truth for f in found])
    slope, bias = _platt(np.concatenate([ordinary, calm]), cries)
    sure = Calibration(tuple(weigher.coef_[0].tolist()), float(weigher.intercept_[0]), (0, 0), (slope, bias), 0.5, 0.5)
    reject = tuple(_reject([f for f in found if f.latin is latin], sure, outside) for latin in (False, True))
    alert = max(_beyond(ordinary, FALSE_ALERTS), _beyond(calm, FALSE_IN_CALM))
    doubt = min(alert, _beyond(ordinary, FALSE_ASKS))
    at = [logistic(slope * margin + bias) for margin in (alert, doubt)]
    return Calibration(sure.weights, sure.bias, (reject[0], reject[1]), (slope, bias), at[0], at[1])


def _reject(found: list[Found], sure: Calibration, outside: int) -> float:
    """The confidence that one in twenty of the sentences in scope stays below."""
    inside = [confidence(sure, f.facts) for f in found if f.truth != outside and f.best != outside]
    lost = sum(f.truth != outside and f.best == outside for f in found)
    if not inside:
        return 0.0
    share = max(0.0, FALSE_REJECTION * (len(inside) + lost) - lost) / len(inside)
    return float(np.quantile(inside, share))


def _beyond(margins: Floats, share: float) -> float:
    """The margin that this share of the sentences reaches."""
    return float(np.quantile(margins, 1.0 - share)) if len(margins) else 0.0


def _platt(calm: Floats, cries: Floats) -> tuple[float, float]:
    margins = np.concatenate([calm, cries])[:, None]
    truth = np.concatenate([np.zeros(len(calm)), np.ones(len(cries))])
    fitted = LogisticRegression(C=100.0).fit(margins, truth)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


def _left_out(material: Material, learn: Learn, seed: int) -> tuple[list[Found], Floats, Floats, Floats]:
    """What a model says of the rows it has not seen; the detector's margins of ordinary talk, cries and calm talk."""
    outside, sos = material.intents.index(OUT_OF_SCOPE), material.intents.index(SOS)
    beside = [
        (np.flatnonzero(material.groups % FOLDS != k), np.flatnonzero(material.groups % FOLDS == k))
        for k in range(FOLDS)
    ]
    found: list[Found] = []
    ordinary: list[Floats] = []
    cries: list[Floats] = []
    calm: list[Floats] = []
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(
        np.zeros(len(material.labels)), material.labels
    )
    for (chosen, check), (composed, apart) in zip(folds, beside, strict=True):
        weights, bias, danger, danger_bias = learn(material, chosen, composed, seed)
        rows, labels = material.matrix[check], material.labels[check]
        margins = rows @ weights + bias
        nearest = _nearest(material, chosen, rows)
        for i, row in enumerate(check):
            best, facts = evidence(margins[i], nearest[i], outside)
            latin = count_han(material.rows[row].text) == 0
            found.append(Found(facts, best, int(labels[i]), latin))
        heard = rows @ danger + danger_bias
        talk = material.talk[apart] @ danger + danger_bias
        ordinary.append(heard[labels != sos])
        cries += [heard[labels == sos], talk[material.cries[apart] == 1]]
        calm.append(talk[material.cries[apart] == 0])
    return found, np.concatenate(ordinary), np.concatenate(cries), np.concatenate(calm)


def _nearest(material: Material, chosen: Ints, rows: Any) -> Floats:
    """Likeness of the nearest chosen example of each intent."""
    order = chosen[np.argsort(material.labels[chosen], kind="stable")]
    labels = material.labels[order]
    bounds = np.flatnonzero(np.diff(labels, prepend=-1))
    likeness = np.asarray((rows @ material.matrix[order].T).toarray(), np.float32)
    nearest = np.zeros((likeness.shape[0], len(material.intents)), np.float32)
    nearest[:, labels[bounds]] = np.maximum.reduceat(likeness, bounds, axis=1)
    return nearest
