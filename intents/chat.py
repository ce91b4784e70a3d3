"""Tells a cry from what people say in the middle of an ordinary talk: few weights, beside all that the ear hears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.dialogue_act import SIZE, hear


@dataclass(frozen=True, slots=True)
class Chat:
    """weights: of the tokens of a line (see `dialogue_act.hear`), in whole steps of `scale`; below nought is chat."""

    weights: NDArray[np.int8]
    scale: float
    bias: float


NONE = Chat(np.zeros(SIZE, np.int8), 1.0, 0.0)


def margin(chat: Chat, text: str) -> float:
    numbers, values = hear(text)
    return float(values @ chat.weights[numbers].astype(np.float32)) * chat.scale + chat.bias


def heard(margin: float, *, latin: bool) -> tuple[float, float]:
    """As facts, once more for Latin script, which weighs it by itself."""
    return margin, margin if latin else 0.0
