"""Fits the weights of the dialogue acts, and on folds how sure their margins are; needs scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.svm import LinearSVC

from intents.dialogue_act import SIZE, Acts, Line, hear
from intents.features import Floats, Rows

_WEIGHT, _TOLERANCE = 0.5, 0.01
# Weights below this share of an act's largest are nought.
_HEARD = 0.06
FOLDS = 4
STEPS = 127
_HEATS = np.linspace(0.5, 8.0, 31)


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is learnt: how much a mistake counts; whether that of a rare act counts more; how finely a weight stands,
    and which are nought. The coarser, the smaller the model.
    """

    weight: float = _WEIGHT
    even: bool = False
    steps: int = STEPS
    heard: float = _HEARD


def fit(lines: Sequence[Line], seed: int = 0, manner: Manner = Manner()) -> Acts:
    """All that is known of the acts; of no line nothing, which judges every text as no act at all."""
    names = tuple(sorted({line.act for line in lines}))
    if len(names) < 2:
        return Acts((), np.zeros((SIZE, 0), np.int8), np.zeros(0, np.float32), np.zeros(0, np.float32), 1.0)
    matrix = _matrix([line.text for line in lines])
    labels = np.array([names.index(line.act) for line in lines], np.int32)
    left_out = np.zeros((len(lines), len(names)), np.float32)
    for train, test in _folds(lines, labels, seed):
        weights, bias = _learnt(matrix[train], labels[train], seed, manner)
        left_out[test] = matrix[test] @ weights + bias
    weights, bias = _learnt(matrix, labels, seed, manner)
    weights[np.abs(weights) < manner.heard * np.abs(weights).max(axis=0)] = 0.0
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / manner.steps
    return Acts(
        names, np.rint(weights / scale).astype(np.int8), scale.astype(np.float32), bias, _heat(left_out, labels)
    )


def _folds(lines: Sequence[Line], labels: NDArray[np.int32], seed: int) -> Iterable[tuple[Rows, Rows]]:
    """What was drawn of one row is left out together: beside its like any line seems sure."""
    if any(line.row for line in lines):
        yield from GroupKFold(FOLDS).split(lines, labels, [line.row or line.text for line in lines])
    else:
        yield from StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(lines, labels)


def _learnt(matrix: csr_matrix, labels: NDArray[np.int32], seed: int, manner: Manner) -> tuple[Floats, Floats]:
    shares = "balanced" if manner.even else None
    svm = LinearSVC(C=manner.weight, class_weight=shares, random_state=seed, tol=_TOLERANCE).fit(matrix, labels)
    return svm.coef_.T.astype(np.float32), svm.intercept_.astype(np.float32)


def _heat(margins: Floats, labels: NDArray[np.int32]) -> float:
    """By which margins of left-out lines, as shares, give the right acts the most."""
    raised = margins - margins.max(axis=1, keepdims=True)
    rows = np.arange(len(labels))

    def told(heat: float) -> float:
        spread = np.exp(heat * raised)
        return float(np.log(spread[rows, labels] / spread.sum(axis=1)).mean())

    return max(map(float, _HEATS), key=told)


def _matrix(texts: Sequence[str]) -> csr_matrix:
    heard = [hear(text) for text in texts]
    starts = np.cumsum([0, *(len(indices) for indices, _ in heard)])
    indices = np.concatenate([indices for indices, _ in heard])
    values = np.concatenate([values for _, values in heard])
    return csr_matrix((values, indices, starts), shape=(len(texts), SIZE))
