"""Buttons under a message, and the 64 bytes in which Telegram brings one back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.contract.messages import Choice

DATA_BYTES = 64
# Two short buttons share a line; a Chinese character is as wide as two letters.
HALF_LINE = 14
# What is too long to come back whole comes back as a mark, and is known by its title.
_MARK = "~"


@dataclass(frozen=True, slots=True)
class Button:
    """Either data, brought back when it is tapped, or url, opened."""

    title: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


def data_of(payload: str) -> str:
    if len(payload.encode()) <= DATA_BYTES and not payload.startswith(_MARK):
        return payload
    return _MARK + hashlib.blake2b(payload.encode(), digest_size=12).hexdigest()


def payload_of(data: str) -> str | None:
    """The payload as it was offered, or None where only the title tells."""
    return None if data.startswith(_MARK) else data


def laid_out(items: Sequence[Choice]) -> Rows:
    rows: list[tuple[Button, ...]] = []
    waiting: list[Button] = []
    for item in items:
        button = Button(item.title, data=data_of(item.payload))
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
