"""What a line does in the middle of a talk (agrees, asks, tells, calls off ...): a linear model beside the intents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.contract.errors import Misconfigured
from intents import features
from intents.features import Floats, Ints
from intents.normalise import HAN, fold
from intents.sentences import LOADER

FOLDER = Path(__file__).resolve().parent / "acts"
# Weights stand by a number made of the token's name: no list of names is stored or loaded.
SIZE = 1 << 14
# So many units of a line are one step of its length, and so many steps are told apart.
STEP, STEPS = 3, 9
# Of a longer text the ends say what it does: it was no line of a talk.
LONGEST = 160
FIRST, LAST = "^", "$"
_UNIT = re.compile(f"[{HAN}]|[a-z0-9']+|[?!]")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """row: what it was drawn from, beside others."""

    text: str
    act: str
    language: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Acts:
    """names: of the acts; weights: tokens × acts in whole steps of `scale`; heat: by which margins become shares."""

    names: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: Floats
    bias: Floats
    heat: float


def read(folder: Path = FOLDER) -> list[Line]:
    """Every line of every language; raises `Misconfigured` for a file that maps no act to lines."""
    found: list[Line] = []
    for path in files(folder):
        data: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both are safe loaders
        if not isinstance(data, Mapping):
            raise Misconfigured("a mapping of acts to lines is expected", file=str(path), line=1)
        found += [Line(str(text), act, path.stem.partition(".")[0]) for act, texts in data.items() for text in texts]
    return found


def files(folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob("*.yml"))


@lru_cache(maxsize=64)
def hear(text: str) -> tuple[Ints, Floats]:
    """Numbers and values (of length 1) of the tokens of a line, where it begins and ends, and how long it is."""
    counts = Counter(map(_number, _tokens(text)))
    values = 1.0 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
    return np.fromiter(counts, np.int32, len(counts)), (values / np.sqrt(values @ values)).astype(np.float32)


def judge(acts: Acts, text: str) -> tuple[tuple[str, float], ...]:
    """Acts and their shares, the likeliest first; nothing for a text without a word."""
    if not acts.names or not any(map(str.isalnum, text)):
        return ()
    indices, values = hear(text)
    margins = (values @ acts.weights[indices].astype(np.float32)) * acts.scale + acts.bias
    return tuple(sorted(zip(acts.names, shares(margins.tolist(), acts.heat), strict=True), key=_by_share, reverse=True))


def shares(margins: list[float], heat: float) -> list[float]:
    top = max(margins)
    raised = [exp(heat * (margin - top)) for margin in margins]
    total = sum(raised)
    return [one / total for one in raised]


def _by_share(pair: tuple[str, float]) -> float:
    return pair[1]


def _tokens(text: str) -> Iterator[str]:
    short = text if len(text) <= LONGEST else text[: LONGEST // 2] + " " + text[-LONGEST // 2 :]
    yield from features.tokens(short)
    edged = [FIRST, *_UNIT.findall(_DIGITS.sub("0", fold(short))), LAST]
    # How a line begins and ends says more of what it does than what stands between.
    for size in (2, 3):
        yield " ".join(edged[:size])
        yield " ".join(edged[-size:])
    yield f"{STEP}{min(STEPS, len(edged) // STEP)}"


def _number(token: str) -> int:
    return crc32(token.encode()) % SIZE
