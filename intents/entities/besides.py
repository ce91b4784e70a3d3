"""Times and places that are spoken of and not meant: the day somebody is away, the desk that was told."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.contract.understanding import Entity
from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent.parent / "cues" / "besides.yml"
_SAID: dict[str, str] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
_AWAY_AFTER, _AWAY_BEFORE, _TOLD_BEFORE, _LEADS_BEFORE, _PEOPLE_AFTER, _IN_THAT_CASE = (
    later(_SAID[name], re.IGNORECASE)
    for name in ("away_after", "away_before", "told_before", "leads_before", "people_after", "in_that_case")
)
# Whoever lives there is meant as often as the place.
_BELOW = frozenset({"\u697c\u4e0b", "\u697c\u4e0a", "\u9694\u58c1", "\u5bf9\u95e8"})
# How far before a word it is looked at.
_NEAR = 40


def meant(text: str, found: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Without a time at which somebody is away where another one is named, without a desk that was only told
    and a place that something only runs down to."""
    case = _IN_THAT_CASE.search(text)
    if case is not None:
        # "At eight; if that is gone, nine": the first wish, and nine only if eight cannot be.
        found = tuple(e for e in found if e.name != "when" or e.start < case.start())
    times = [entity for entity in found if entity.name == "when"]
    away = [entity for entity in times if _away(text, entity)]
    out = away if len(away) < len(times) else []
    return tuple(e for e in found if e not in out and not (e.name == "location" and _told(text, e)))


def falls_back(text: str) -> str | None:
    """ "yes" where another time is told for the case that the first cannot be."""
    return "yes" if _IN_THAT_CASE.search(text) is not None else None


def _away(text: str, entity: Entity) -> bool:
    before, after = text[max(0, entity.start - _NEAR) : entity.start], text[entity.end :]
    return _AWAY_AFTER.match(after) is not None or _AWAY_BEFORE.search(before) is not None


def _told(text: str, entity: Entity) -> bool:
    before = text[max(0, entity.start - _NEAR) : entity.start]
    if _TOLD_BEFORE.search(before) is not None or _LEADS_BEFORE.search(before) is not None:
        return True
    return entity.text in _BELOW and _PEOPLE_AFTER.match(text[entity.end :]) is not None
