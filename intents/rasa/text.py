"""How a sentence is written for Rasa, in training and when it is asked: the same characters at the same places."""

from __future__ import annotations

import re

from intents.normalise import fold

# Rasa takes what begins with a slash for an order, whoever sent it.
_ORDER = re.compile(r"[\s/]+")
# Brackets mark entities in training data; in a sentence they would be read as marks.
_MARKS = str.maketrans("[]{}", "    ")


def for_rasa(text: str) -> str:
    """Folded as our own classifier folds it, without marks and orders; one character for one, so offsets hold."""
    folded = fold(text).translate(_MARKS)
    order = _ORDER.match(folded)
    return folded if order is None else " " * order.end() + folded[order.end() :]
