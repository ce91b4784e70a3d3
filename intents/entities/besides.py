"""Times and places that are spoken of and not meant: the day somebody is away, the desk that was told."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import yaml

from bot.contract.understanding import Entity, Place, When
from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent.parent / "cues" / "besides.yml"
_SAID: dict[str, str] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
_NAMES = ("away_after", "away_before", "told_before", "leads_before", "people_after", "in_that_case")
_AWAY_AFTER, _AWAY_BEFORE, _TOLD_BEFORE, _LEADS_BEFORE, _PEOPLE_AFTER, _IN_THAT_CASE = (
    later(_SAID[name], re.IGNORECASE) for name in _NAMES
)
_STATE_AFTER, _STATE_BEFORE, _FINE_AFTER, _ERRAND_BEFORE = (
    later(_SAID[name], re.IGNORECASE) for name in ("state_after", "state_before", "fine_after", "errand_before")
)
# Whoever lives there is meant as often as the place.
_BELOW = frozenset({"\u697c\u4e0b", "\u697c\u4e0a", "\u9694\u58c1", "\u5bf9\u95e8"})
# How far before a word it is looked at.
_NEAR = 40


def meant(text: str, found: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Without a time at which somebody is away where another one is named or that only tells how it is then, without a
    desk that was only told, a place that something only runs down to, and one where all is in order."""
    case = _IN_THAT_CASE.search(text)
    if case is not None:
        # "At eight; if that is gone, nine": the first wish, and nine only if eight cannot be.
        found = tuple(e for e in found if e.name != "when" or e.start < case.start())
    times = [entity for entity in found if entity.name == "when"]
    away = [entity for entity in times if _away(text, entity)]
    out = [*(away if len(away) < len(times) else ()), *(entity for entity in times if _state(text, entity))]
    return _either(text, tuple(e for e in found if e not in out and not (e.name == "location" and _told(text, e))))


_OR = later(
    r"\s*(?:,\s*)?(?:or|or maybe|or else|还是|或者?|要么|要不)\s*(?:是|在|就是)?\s*(?:(?:in|at|by|near|on) )?(?:the |my |our )?"
)


def _either(text: str, found: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """ "The gym or the lobby": one place to look at is both, and neither is the answer alone."""
    places = [e for e in found if e.name == "location" and isinstance(e.value, Place) and e.value.room is None]
    for one, other in pairwise(places):
        if _OR.fullmatch(text[one.end : other.start]) is not None:
            said = text[one.start : other.end]
            both = Entity("location", Place(said), said, one.start, other.end)
            return (*(e for e in found if e not in (one, other)), both)
    return found


def falls_back(text: str) -> str | None:
    """ "yes" where another time is told for the case that the first cannot be."""
    return "yes" if _IN_THAT_CASE.search(text) is not None else None


def _away(text: str, entity: Entity) -> bool:
    before, after = text[max(0, entity.start - _NEAR) : entity.start], text[entity.end :]
    return _AWAY_AFTER.match(after) is not None or _AWAY_BEFORE.search(before) is not None


def _state(text: str, entity: Entity) -> bool:
    """ "It is so cold at night", "in the morning I noticed": a part of the day in what is told, and no wish."""
    when = entity.value
    if not isinstance(when, When) or not when.dayless or when.has_clock:
        return False
    before, after = text[max(0, entity.start - _NEAR) : entity.start], text[entity.end :]
    return _STATE_AFTER.match(after) is not None or _STATE_BEFORE.search(before) is not None


def _told(text: str, entity: Entity) -> bool:
    before = text[max(0, entity.start - _NEAR) : entity.start]
    if _TOLD_BEFORE.search(before) is not None or _LEADS_BEFORE.search(before) is not None:
        return True
    if _FINE_AFTER.match(text[entity.end :]) is not None or _ERRAND_BEFORE.search(before) is not None:
        return True
    return entity.text in _BELOW and _PEOPLE_AFTER.match(text[entity.end :]) is not None
