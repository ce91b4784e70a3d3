"""Everything a message says besides its intent: places, times, numbers, and the words that name a fault or a fee."""

from __future__ import annotations

from datetime import datetime

from bot.contract.understanding import Entity
from intents.entities.names import find_names, lone_name
from intents.entities.numbers import find_numbers, find_periods, settle
from intents.entities.places import find_places, place_scope
from intents.entities.recurring import find_recurring
from intents.entities.times import find_times
from intents.entities.words import find_words

__all__ = ["extract", "place_scope"]

# Past this a message is a document; what it wants stands at its beginning.
LONGEST = 1_000

_RANK = {
    "plate": 0, "case_no": 1, "phone": 2, "pass_code": 3, "recurring": 4, "when": 5,
    "location": 6, "hours": 7, "amount": 8, "people": 9, "period": 10,
}  # fmt: skip


def extract(text: str, now: datetime) -> tuple[Entity, ...]:
    """All entities by start; numbers, times and places never share characters, words of meaning may."""
    text = text[:LONGEST]
    found = [*find_numbers(text), *find_times(text, now), *find_places(text), *find_periods(text, now)]
    found.extend(find_recurring(text, now))
    exact = settle(found, _RANK)
    paid = any(entity.name == "amount" for entity in exact)
    billed = any(entity.name == "period" for entity in exact)
    entities = [*exact, *find_words(text, paid=paid or billed), *_clear(find_names(text), exact)]
    entities.extend(_alone(text, entities))
    entities.sort(key=lambda entity: (entity.start, entity.end))
    return tuple(entities)


# A name may stand in what counts people ("Tom plus one"), never in a plate, a time or a place.
_NO_NAMES_IN = frozenset(_RANK) - {"people"}


def _alone(text: str, found: list[Entity]) -> list[Entity]:
    """A name with a time and nothing else; the time is blotted out, so that places stay as they are."""
    if any(entity.name != "when" for entity in found):
        return []
    for entity in found:
        text = text[: entity.start] + " " * (entity.end - entity.start) + text[entity.end :]
    name = lone_name(text) if found else None
    return [] if name is None else [name]


def _clear(names: list[Entity], exact: list[Entity]) -> list[Entity]:
    taken = [entity for entity in exact if entity.name in _NO_NAMES_IN]
    return [name for name in names if not any(name.start < one.end and one.start < name.end for one in taken)]
