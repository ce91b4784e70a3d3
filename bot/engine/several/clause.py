"""One clause of a message, and what it would do alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bot.contract.understanding import Understanding, Value


class Kind(IntEnum):
    """What a clause does, in the order in which it is done: what is told stands in what a yes then sends."""

    VALUE = 1
    NOTE = 2
    MUTE = 3
    YES = 4
    ACT = 5
    ASK = 6
    OTHER = 7
    NOTHING = 8


@dataclass(frozen=True, slots=True)
class Clause:
    heard: Understanding
    kind: Kind
    names: frozenset[str]
    anew: bool
    when: Value | None = None
