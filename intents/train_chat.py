"""Fits what tells a cry from the lines of ordinary talks; needs scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from intents.chat import NONE, Chat

_WEIGHT = 0.5
# The lines are fewer than the cries, and next to all that is said in a talk is one of them.
_LINE_WEIGHT = 3.0
# Weights below this share of the largest are nought.
_HEARD = 0.03


def fit(heard: Any, cries: NDArray[np.bool_], seed: int) -> Chat:
    """heard: of cries and of lines of ordinary talks, as `dialogue_act.hear` gives them."""
    if not cries.any() or cries.all():
        return NONE
    svm = LinearSVC(C=_WEIGHT, class_weight={False: _LINE_WEIGHT, True: 1.0}, random_state=seed).fit(heard, cries)
    weights = svm.coef_[0].astype(np.float32)
    weights[np.abs(weights) < _HEARD * np.abs(weights).max()] = 0.0
    scale = float(np.abs(weights).max()) / 127
    return Chat(np.rint(weights / scale).astype(np.int8), scale, float(svm.intercept_[0]))
