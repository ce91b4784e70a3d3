"""Buttons under a message, and the 64 bytes in which Telegram brings one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.contract.messages import Choice
from bot.contract.shown import brought

DATA_BYTES = 64
# Two short buttons share a line; a Chinese character is as wide as two letters.
HALF_LINE = 14


@dataclass(frozen=True, slots=True)
class Button:
    """Either data, brought back when it is tapped, or url, opened."""

    title: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


def laid_out(items: Sequence[Choice]) -> Rows:
    rows: list[tuple[Button, ...]] = []
    waiting: list[Button] = []
    for item in items:
        button = Button(item.title, data=brought(item.payload, DATA_BYTES))
        if _wide(item.title):
            rows += [tuple(waiting)] if waiting else []
            rows.append((button,))
            waiting = []
            continue
        waiting.append(button)
        if len(waiting) == 2:
            rows.append(tuple(waiting))
            waiting = []
    return (*rows, tuple(waiting)) if waiting else tuple(rows)


def _wide(title: str) -> bool:
    return sum(1 if char.isascii() else 2 for char in title) > HALF_LINE
