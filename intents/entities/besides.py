"""Times and places that are spoken of and not meant: the day somebody is away, the desk that was told."""

from __future__ import annotations

import re

from bot.contract.understanding import Entity
from intents.patterns import later

_AWAY_AFTER = later(
    r"\s*(那天|的时候)?(我们?|家里|家中)?(都|要|会|可能)?(不在|没空|没人|有事|出差|不方便|不行|要?上班|来不了|要出门)"
)
_AWAY_BEFORE = later(
    r"\b(out|away|busy|working|at work|gone|not (in|home|here|at home|available|free)|(can.?t|cannot)( do| make)?)"
    r"( on| this| next| that| the| in the| all)*\s*$",
    re.IGNORECASE,
)
_TOLD_BEFORE = later(
    r"\b(told|tell|telling|asked|ask|called|call|rang|phoned|informed|spoke (to|with)|talked to|said to|complained to)"
    r" (the|your|our|this|that)? ?$|(跟|和|给|找|问|告诉|联系)(了|过)?(你们|咱们|我们)?(的)?$",
    re.IGNORECASE,
)
# How far before a word it is looked at.
_NEAR = 40


def meant(text: str, found: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Without a time at which somebody is away where another one is named, and without a desk that was only told."""
    times = [entity for entity in found if entity.name == "when"]
    away = [entity for entity in times if _away(text, entity)]
    out = away if len(away) < len(times) else []
    return tuple(e for e in found if e not in out and not (e.name == "location" and _told(text, e)))


def _away(text: str, entity: Entity) -> bool:
    before, after = text[max(0, entity.start - _NEAR) : entity.start], text[entity.end :]
    return _AWAY_AFTER.match(after) is not None or _AWAY_BEFORE.search(before) is not None


def _told(text: str, entity: Entity) -> bool:
    return _TOLD_BEFORE.search(text[max(0, entity.start - _NEAR) : entity.start]) is not None
