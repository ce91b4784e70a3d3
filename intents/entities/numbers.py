"""Finds everything in a message that is a number of something; the other modules of this folder know the kinds."""

from __future__ import annotations

from bot.contract.understanding import Entity
from intents.entities.amended import amend
from intents.entities.counts import find_counts
from intents.entities.durations import find_hours
from intents.entities.identifiers import find_identifiers
from intents.entities.money import find_amounts
from intents.entities.periods import find_periods
from intents.normalise import fold
from intents.patterns import later

__all__ = ["find_numbers", "find_periods"]

# What is written exactly beats what is said loosely.
_RANK = {"plate": 0, "case_no": 1, "phone": 2, "pass_code": 3, "hours": 4, "amount": 5, "people": 6}
_MOST = 80
_MAY_AMOUNT = later(
    r"\d|[一二三四五六七八九两十百千万]|hundred|thousand|yuan|kuai|dollar|bucks|rmb|grand|\b(?:ten|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety)\b"
)
_SAID = "(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_MAY_IDENTIFY = later(
    rf"\d\D{{0,4}}\d\D{{0,4}}\d|牌|[零〇一二三四五六七八九幺]{{3}}|[零一二三四五六七八九幺] [零一二三四五六七八九幺] |单|编号|[理约诉件请记询水]号|case|ticket|order|number|no\.|\bref"
    rf"|plate|[ -]{_SAID}[ ,-]+(?:{_SAID}|double|triple)\b"
)


def settle(found: list[Entity], rank: dict[str, int]) -> list[Entity]:
    """Of entities that share characters the better ranked stays, of one kind the first found."""
    if len(found) < 2:
        return found
    kept: list[Entity] = []
    for entity in sorted(found, key=lambda item: rank[item.name])[:_MOST]:
        start, end = entity.start, entity.end
        for other in kept:
            if start < other.end and other.start < end:
                break
        else:
            kept.append(entity)
    return kept


def find_numbers(text: str) -> list[Entity]:
    """Amounts, people, hours, telephone and case numbers, plates and pass codes by their order in the text."""
    folded = fold(text)
    found: list[Entity] = []
    if _MAY_IDENTIFY.search(folded):
        found.extend(find_identifiers(folded))
    if _MAY_AMOUNT.search(folded):
        found.extend(find_amounts(folded))
    found.extend(find_counts(folded, text))
    found.extend(find_hours(folded))
    if not found:
        return []
    kept = amend(settle(found, _RANK), folded)
    return [Entity(e.name, e.value, text[e.start : e.end], e.start, e.end, e.confidence) for e in kept]
