"""Fixes confidence and thresholds on folds that were not trained on: rejection, alarm and the question between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from intents.classifier import OUT_OF_SCOPE, SOS, Calibration, alarm, confidence, evidence, sos_lead
from intents.features import Floats, Rows
from intents.normalise import count_han

if TYPE_CHECKING:
    from intents.train import Material

FOLDS = 4
# Of the left-out sentences in scope; these are harder than ordinary talk, of which it is about a third.
FALSE_REJECTION = 0.07
# Of the sentences that are no cry: how many may raise an alarm, how many may draw the question, by the ear. One in
# fourteen of them is hard on purpose (films, drills, last year); of ordinary talk it is a tenth of this.
FALSE_ALERTS = 0.007
FALSE_ASKS = 0.043

Learn = Callable[["Material", Rows, Rows, int], tuple[Floats, Floats, Floats, float]]


class Found(NamedTuple):
    facts: tuple[float, ...]
    best: int
    truth: int
    latin: bool
    heard: float
    lead: float


def calibrate(material: Material, learn: Learn, seed: int) -> Calibration:
    found = list(_left_out(material, learn, seed))
    outside, sos = material.intents.index(OUT_OF_SCOPE), material.intents.index(SOS)
    weigher = LogisticRegression(C=10.0).fit([f.facts for f in found], [f.best == f.truth for f in found])
    listener = LogisticRegression(C=100.0).fit([(f.heard, f.lead) for f in found], [f.truth == sos for f in found])
    alarming = (*listener.coef_[0].tolist(), float(listener.intercept_[0]))
    sure = Calibration(tuple(weigher.coef_[0].tolist()), float(weigher.intercept_[0]), (0, 0), alarming, 0.5, 0.5)
    reject = [_reject([f for f in found if f.latin is latin], sure, outside) for latin in (False, True)]
    calm = [alarm(sure, f.heard, f.lead) for f in found if f.truth != sos]
    alert, doubt = (float(np.quantile(calm, 1.0 - share)) for share in (FALSE_ALERTS, FALSE_ASKS))
    return Calibration(sure.weights, sure.bias, (reject[0], reject[1]), alarming, alert, doubt)


def _reject(found: list[Found], sure: Calibration, outside: int) -> float:
    """The confidence that one in twenty of the sentences in scope stays below."""
    inside = [confidence(sure, f.facts) for f in found if f.truth != outside and f.best != outside]
    lost = sum(f.truth != outside and f.best == outside for f in found)
    if not inside:
        return 0.0
    share = max(0.0, FALSE_REJECTION * (len(inside) + lost) - lost) / len(inside)
    return float(np.quantile(inside, share))


def _left_out(material: Material, learn: Learn, seed: int) -> Iterator[Found]:
    """What a model says of the rows it has not seen; composed talk of the same event is left out with its fold."""
    outside, sos = material.intents.index(OUT_OF_SCOPE), material.intents.index(SOS)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for k, (chosen, check) in enumerate(folds.split(np.zeros(len(material.labels)), material.labels)):
        composed = np.flatnonzero(material.groups % FOLDS != k)
        weights, bias, danger, danger_bias = learn(material, chosen, composed, seed)
        rows = material.matrix[check]
        margins, nearest = rows @ weights + bias, _nearest(material, chosen, rows)
        heard = rows @ danger + danger_bias
        for i, row in enumerate(check):
            best, facts = evidence(margins[i], nearest[i], outside)
            latin = count_han(material.rows[row].text) == 0
            lead = sos_lead(margins[i] + nearest[i], sos)
            yield Found(facts, best, int(material.labels[row]), latin, float(heard[i]), lead)


def _nearest(material: Material, chosen: Rows, rows: Any) -> Floats:
    """Likeness of the nearest chosen example of each intent."""
    order = chosen[np.argsort(material.labels[chosen], kind="stable")]
    labels = material.labels[order]
    bounds = np.flatnonzero(np.diff(labels, prepend=-1))
    likeness = np.asarray((rows @ material.matrix[order].T).toarray(), np.float32)
    nearest = np.zeros((likeness.shape[0], len(material.intents)), np.float32)
    nearest[:, labels[bounds]] = np.maximum.reduceat(likeness, bounds, axis=1)
    return nearest
