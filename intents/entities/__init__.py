"""Everything a message says besides its intent: places, times, numbers, and the words that name a fault or a fee."""

from __future__ import annotations

from datetime import datetime

from bot.contract.understanding import Entity
from intents.entities.numbers import find_numbers, find_periods, settle
from intents.entities.places import find_places, place_scope
from intents.entities.times import find_times
from intents.entities.words import find_words

__all__ = ["extract", "place_scope"]

# Past this a message is a document; what it wants stands at its beginning.
LONGEST = 1_000

_RANK = {
    "plate": 0, "case_no": 1, "phone": 2, "pass_code": 3, "when": 4, "location": 5,
    "hours": 6, "amount": 7, "people": 8, "period": 9,
}  # fmt: skip


def extract(text: str, now: datetime) -> tuple[Entity, ...]:
    """All entities by start; numbers, times and places never share characters, words of meaning may."""
    text = text[:LONGEST]
    found = [*find_numbers(text), *find_times(text, now), *find_places(text), *find_periods(text, now)]
    entities = [*settle(found, _RANK), *find_words(text)]
    entities.sort(key=lambda entity: (entity.start, entity.end))
    return tuple(entities)
