"""Finds what a message is about: the trade of a fault, the service wished, the fee meant; the lists are data.

Which word wins is decided by its strength in the list, then by its nearness to a word of fault:
"the socket behind the fridge sparks" is electric, and a lamp in the corridor is everybody's lamp.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from bot.contract.understanding import Entity
from intents.entities.lexicon import Found, Hit, scan
from intents.entities.places import place_scope
from intents.normalise import fold

_STRENGTH = {"faint": 1, "plain": 2, "sign": 3, "firm": 4, "grave": 5}
_CONFIDENCE = {1: 0.6, 2: 0.9}
_SENTENCE_END = re.compile(r"[。!?;\n]|\.(?=\s|$)")
_NOT = re.compile(r"(?:(?<!是)不是(?:说)?|\b(?:not|isn't|it's not)(?: the| my| our| about the)?)\s*$")
_PAIR_REACH = 14
# Electricity, gas and water: where the heater's own word does not tell, what is wrong with it does.
_HEATER_GAS = re.compile(r"煤气|燃气|天然气|打不着|点不着|点火|打火|\bgas\b|ignit|pilot|flame|\blight\b")
_HEATER_ELECTRIC = re.compile(
    r"电热|电的|插|跳闸|漏电|通电|电源|没电|不通电|指示灯|electric|socket|plug|trip|power|spark|shock"
)


class _Candidate(NamedTuple):
    strength: int
    distance: int
    hit: Hit
    category: str


def _near(hit: Hit, others: tuple[Hit, ...]) -> int:
    """Characters to the nearest of the others; 0 when it touches or holds one."""
    return min((max(other.start - hit.end, hit.start - other.end, 0) for other in others), default=99)


def _only_a_landmark(hit: Hit, found: Found, text: str) -> bool:
    """ "the socket beside the fridge": the fridge says where, not what."""
    for beside in found.get("beside", ()):
        if text[beside.start].isascii():
            gap = text[beside.end : hit.start]
            if beside.end <= hit.start and len(gap) <= 14 and gap.strip() in {"", "the", "my", "our", "a", "of the"}:
                return True
        elif beside.start == hit.end or (beside.start == hit.end + 1 and text[hit.end] == "的"):
            return True
    return False


def _within(hits: tuple[Hit, ...], start: int, end: int) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if start <= hit.start < end)


def _public_lamp(hit: Hit, found: Found, sentence: str) -> bool:
    lamps = found.get("lamp", ())
    return any(lamp.start < hit.end and hit.start < lamp.end for lamp in lamps) and place_scope(sentence) == "public"


def _heater(text: str) -> str:
    if _HEATER_GAS.search(text):
        return "gas"
    return "electric" if _HEATER_ELECTRIC.search(text) else "water"


def _candidates(found: Found, text: str, start: int, end: int) -> list[_Candidate]:
    faults = _within(found.get("fault", ()), start, end)
    sentence = text[start:end]
    out = []
    for hit in _within(found.get("thing", ()), start, end):
        category, _, strength_name = hit.label.partition(".")
        if category == "none" or _NOT.search(text[max(start, hit.start - 16) : hit.start]):
            continue
        strength = _STRENGTH[strength_name]
        if strength < _STRENGTH["grave"] and strength_name != "sign" and _only_a_landmark(hit, found, text):
            strength = 1
        if category == "electric" and strength_name in {"plain", "sign"} and _public_lamp(hit, found, sentence):
            category = "public_area"
        out.append(_Candidate(strength, _near(hit, faults), hit, category))
    for hit in _within(found.get("heater", ()), start, end):
        covered = any(other.hit.start <= hit.start and hit.end <= other.hit.end for other in out if other.strength > 2)
        if not covered:
            out.append(_Candidate(2, _near(hit, faults), hit, _heater(sentence)))
    return out


def _broken(item: _Candidate) -> bool:
    return item.distance < 99 or item.hit.label.endswith((".sign", ".grave"))


def _part_of(hit: Hit, wishes: list[Entity]) -> bool:
    return any(hit.start < wish.end and wish.start < hit.end for wish in wishes)


def _best(candidates: list[_Candidate]) -> _Candidate:
    """The strongest; then the nearest to a fault; of two equals the first said."""
    return min(candidates, key=lambda item: (-item.strength, item.distance, item.hit.start))


def _category(found: Found, text: str, wishes: list[Entity]) -> list[Entity]:
    """One category for each sentence; where a sentence tells more, the fainter ones of others are left out.

    Where a service or a fee is named, a thing without a fault is what to clean or to pay, not what broke.
    """
    if "thing" not in found and "heater" not in found:
        return []
    cuts = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    best = []
    for start, end in itertools.pairwise(cuts):
        candidates = _candidates(found, text, start, end)
        if candidates:
            best.append(_best(candidates))
    if wishes:
        best = [item for item in best if _broken(item) and not _part_of(item.hit, wishes)]
    # A place where things break is no report by itself.
    best = [item for item in best if item.strength > 1 or item.distance < 99]
    if not best:
        return []
    clear = [item for item in best if item.strength >= 3 or (item.strength == 2 and item.distance < 99)]
    kept = clear or [_best(best)]
    return [_entity("category", item.category, item.hit, _CONFIDENCE.get(item.strength, 1.0)) for item in kept]


def _entity(name: str, value: str, hit: Hit, confidence: float = 1.0, end: int | None = None) -> Entity:
    return Entity(name, value, "", hit.start, end or hit.end, confidence)


def _pair(found: Found, first: str, second: str, label: str | None = None) -> tuple[Hit, Hit] | None:
    """Two words of these lists close together, in either order, as "clean ... oven" and "空调 ... 洗"."""
    for one in found.get(first, ()):
        if label is not None and one.label != label:
            continue
        for other in found.get(second, ()):
            gap = other.start - one.end if one.start <= other.start else one.start - other.end
            if 0 <= gap <= _PAIR_REACH:
                return (one, other) if one.start <= other.start else (other, one)
    return None


_SERVICE_PAIRS = (
    ("appliance", "wash", "appliance_cleaning"),
    ("elder", "care", "elder_care"),
    ("child", "care", "nanny"),
    ("cook", "meal", "cooking"),
)
# A named kind beats the word "clean", which every kind of cleaning holds.
_SERVICE_ORDER = ("appliance_cleaning", "elder_care", "nanny", "cooking", "cleaning", "other")


def _service(found: Found) -> list[Entity]:
    hits: dict[str, Entity] = {}
    for hit in found.get("service", ()):
        if hit.label != "none":
            hits.setdefault(hit.label, _entity("service", hit.label, hit))
    if any(name in found for name in ("wash", "care", "cook")):
        for first, second, value in _SERVICE_PAIRS:
            pair = _pair(found, first, second) if value not in hits else None
            if pair is not None:
                hits[value] = _entity("service", value, pair[0], 0.9, pair[1].end)
    for value in _SERVICE_ORDER:
        if value in hits:
            return [hits[value]]
    return []


def _fee(found: Found) -> list[Entity]:
    """Every fee that is named; else a word of paying beside the thing that is paid for."""
    named = {hit.label: _entity("fee", hit.label, hit) for hit in found.get("fee", ()) if hit.label != "none"}
    if named or "pay" not in found:
        return list(named.values())
    things = [hit for hit in found.get("utility", ()) if hit.label != "none"]
    for thing in things:
        pair = _pair({"pay": found["pay"], "utility": (thing,)}, "utility", "pay")
        if pair is not None:
            return [_entity("fee", thing.label, pair[0], 0.8, pair[1].end)]
    return []


def find_words(text: str) -> list[Entity]:
    """Category, service and fee entities by their order in the text; kinds may share characters."""
    folded = fold(text)
    found = scan(folded)
    wishes = [*_service(found), *_fee(found)]
    entities = [*_category(found, folded, wishes), *wishes]
    entities.sort(key=lambda entity: entity.start)
    return [
        Entity(
            entity.name,
            entity.value,
            text[entity.start : entity.end],
            entity.start,
            entity.end,
            entity.confidence,
        )
        for entity in entities
    ]
