"""What the ear for danger hears beside the words: the signs they give, two signs together, words at a distance."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from math import sqrt
from pathlib import Path
from zlib import crc32

import numpy as np

from intents import concepts
from intents.features import Floats, Ints, ends
from intents.normalise import HAN, fold

FILE = Path(__file__).resolve().parent / "signs.yml"
# Weights stand by a number made of the feature's name: no list of names is stored or loaded.
SIZE = 1 << 18
# How much the signs, and the words at a distance, count beside the words themselves (whose vector has length 1).
SIGNS, APART = 0.5, 0.7
# How far apart two words, or two characters, may stand and still be heard together.
REACH = 4
_RUN = re.compile(f"[{HAN}]+|[a-z']+")
_ENDING = re.compile(r"(?:ing|ed|es|s|ly)$")
_SHORT = 4
_SAME = {
    "fell": "fall",
    "fallen": "fall",
    "broke": "break",
    "broken": "break",
    "bled": "bleed",
    "went": "go",
    "gone": "go",
    "took": "take",
    "taken": "take",
    "stuck": "stick",
    "caught": "catch",
    "lying": "lie",
    "dying": "die",
    "died": "die",
    "woke": "wake",
    "drank": "drink",
    "ate": "eat",
    "cant": "can't",
    "wont": "won't",
    "dont": "don't",
}


def hear(text: str, found: Iterable[str], signs: dict[str, list[str]]) -> tuple[Ints, Floats]:
    """Numbers and values of what is heard in a text beside its tokens (`found`); none is there twice."""
    shown = sorted({sign for token in signs.keys() & found for sign in signs[token]})
    names = shown + [f"{a}&{b}" for a, b in combinations(shown, 2)]
    # Each once and in the order they stand: the same sum every time.
    apart = dict.fromkeys(_apart(text))
    numbers = [*map(number, names), *map(number, apart)]
    values = np.empty(len(numbers), np.float32)
    values[: len(names)] = SIGNS / sqrt(len(names) or 1)
    values[len(names) :] = APART / sqrt(len(apart) or 1)
    return np.array(numbers, np.int32), values


@lru_cache(maxsize=1)
def read_signs() -> dict[str, list[str]]:
    return concepts.read(FILE)


@lru_cache(maxsize=1 << 15)
def number(name: str) -> int:
    return crc32(name.encode()) % SIZE


def _apart(text: str) -> list[str]:
    """Stems of English words, and every two that stand near each other; Chinese characters with some between them."""
    folded = fold(ends(text))
    out: list[str] = []
    words: list[str] = []
    for run in _RUN.findall(folded):
        if run[0] > "z":
            out.extend([f"{char}~{other}" for i, char in enumerate(run) for other in run[i + 2 : i + 2 + REACH]])
        else:
            words.append(_stem(run))
    out.extend("~" + word for word in words)
    out.extend([f"{word}~{other}" for i, word in enumerate(words) for other in words[i + 1 : i + 1 + REACH]])
    return out


@lru_cache(maxsize=1 << 14)
def _stem(word: str) -> str:
    return _SAME.get(word) or (_ENDING.sub("", word) if len(word) > _SHORT else word)
