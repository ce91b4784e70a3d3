"""Finds what a message is about: the trade of a fault, the service wished, the fee meant; the lists are data.

Which word wins is decided by its strength in the list, then by its nearness to a word of fault:
"the socket behind the fridge sparks" is electric, and a lamp in the corridor is everybody's lamp.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

from bot.contract.understanding import Entity
from intents.entities.denied import without_denied
from intents.entities.lexicon import Found, Hit, scan
from intents.entities.places import place_scope
from intents.normalise import fold
from intents.patterns import later

_STRENGTH = {"faint": 1, "plain": 2, "sign": 3, "firm": 4, "grave": 5}
_CONFIDENCE = {1: 0.6, 2: 0.9}
# Bills that are named in one word.
_BOTH = later(r"水电(?P<gas>煤气?|燃?气)?(?:费|(?=[^工]{0,6}(?:交|缴|付|账单|帐单|欠|充))|(?<=[交缴付]水电)(?!工))")
_SENTENCE_END = later(r"[。!?;\n]|\.(?=\s|$)")
_NOT = later(r"(?:(?<!是)不是(?:说)?|\b(?:not|isn't|it's not)(?: the| my| our| about the)?)\s*$")
_PAIR_REACH = 14
# " and ", "和": what stands so near to what is paid for is paid for too.
_AND_REACH = 5
# "The washing machine smells, have it cleaned": the pronoun reaches back further.
_IT = later(r"\b(?:it|them)\b|[它拆]|一下|一遍")
_IT_REACH = 48
_CLEAN_IT = later(
    r"\b(?:needs?|wants?|could do with) (?:a |an |some )?(?:\w+ ){0,2}(?:wash|clean|cleaning|service|servicing)\b|"
    r"\b(?:clean|wash|degrease|service|scrub|wipe)(?:ed)? (?:it|them)\b|\b(?:it|them) (?:\w+ ){0,3}(?:cleaned|washed|serviced)\b"
)
# Who is cared for stands further from the caring: "妈妈腿脚不好，想请人照看".
_CARE_REACH = 26
# Electricity, gas and water: where the heater's own word does not tell, what is wrong with it does.
_HEATER_GAS = later(r"煤气|燃气|天然气|打不着|点不着|点火|打火|\bgas\b|ignit|pilot|flame|\blight\b")
_HEATER_ELECTRIC = later(
    r"电热|电的|插|跳闸|漏电|通电|电源|没电|不通电|指示灯|electric|socket|plug|trip|power|spark|shock"
)


_TRADES = frozenset({"plumber", "plummer", "electrician", "electritian", "electrican"})


class _Candidate(NamedTuple):
    strength: int
    distance: int
    hit: Hit
    category: str
    fault: bool = False


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
        itself = strength_name == "plain" and any(fault.start <= hit.start and hit.end <= fault.end for fault in faults)
        out.append(_Candidate(strength, _near(hit, faults), hit, category, itself))
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
    """The strongest; what is no fault itself ("裂了"); then the nearest to a fault; of two equals the first said. Who
    was sent for tells what is broken only where nothing else does."""
    candidates = [item for item in candidates if item.hit.word not in _TRADES] or candidates
    return min(candidates, key=lambda item: (-item.strength, item.fault, item.distance, item.hit.start))


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


def _pair(found: Found, first: str, second: str, text: str | None = None) -> tuple[Hit, Hit] | None:
    """Two words of these lists close together, in either order, as "clean ... oven" and "空调 ... 洗"."""
    for one in found.get(first, ()):
        for other in found.get(second, ()):
            gap = other.start - one.end if one.start <= other.start else one.start - other.end
            far = one.start < other.start and text is not None and _IT.search(text, one.end, other.start) is not None
            if 0 <= gap <= (_IT_REACH if far else _CARE_REACH if second == "care" else _PAIR_REACH):
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


def _cared_for(found: Found, known: Mapping[str, Entity]) -> dict[str, Entity]:
    """ "Grandma is back from hospital, somebody must look after her": the pronoun says whom, however far before."""
    pronoun = next(iter(found.get("care_for", ())), None)
    if pronoun is None:
        return {}
    kinds = (("elder_care", "elder"), ("nanny", "child"))
    return {
        value: _entity("service", value, pronoun, 0.9)
        for value, cared in kinds
        if value not in known and found.get(cared)
    }


def _service(found: Found, text: str) -> list[Entity]:
    hits: dict[str, Entity] = {}
    for hit in found.get("service", ()):
        if hit.label != "none":
            hits.setdefault(hit.label, _entity("service", hit.label, hit))
    hits |= _cared_for(found, hits)
    if any(name in found for name in ("wash", "care", "cook")):
        for first, second, value in _SERVICE_PAIRS:
            pair = _pair(found, first, second, text) if value not in hits else None
            if pair is not None:
                hits[value] = _entity("service", value, pair[0], 0.9, pair[1].end)
    named = next((hit for hit in found.get("appliance", ()) if _CLEAN_IT.search(text, hit.end)), None)
    if named is not None and not hits.keys() - {"cleaning"}:
        # "My cooker hood is greasy, when can you clean it": what is named is what "it" is.
        hits["appliance_cleaning"] = _entity("service", "appliance_cleaning", named, 0.9)
    for value in _SERVICE_ORDER:
        if value in hits:
            return [hits[value]]
    return []


def _fee(found: Found, paid: bool) -> list[Entity]:
    """Every fee that is named; else the thing that is paid for, beside a word of paying or, if `paid`, a sum."""
    named = {hit.label: _entity("fee", hit.label, hit) for hit in found.get("fee", ()) if hit.label != "none"}
    things = [hit for hit in found.get("utility", ()) if hit.label != "none"]
    if not named and paid and len({hit.label for hit in things}) == 1:
        return [_entity("fee", things[0].label, things[0], 0.7)]
    if named or "pay" not in found:
        return list(named.values())
    paired: dict[str, Entity] = {}
    for thing in things:
        pair = _pair({"pay": found["pay"], "utility": (thing,)}, "utility", "pay")
        beside = any(0 <= thing.start - last.end <= _AND_REACH for last in paired.values())
        if pair is not None:
            paired.setdefault(thing.label, _entity("fee", thing.label, pair[0], 0.8, pair[1].end))
        elif beside:
            paired.setdefault(thing.label, _entity("fee", thing.label, thing, 0.8))
    return list(paired.values())


def _both(folded: str) -> list[Entity]:
    """ "水电费", "水电煤一起交": one word names several bills."""
    match = _BOTH.search(folded)
    if match is None:
        return []
    named = ("water", "electricity", "gas") if match["gas"] else ("water", "electricity")
    return [Entity("fee", fee, "", *match.span(), 0.9) for fee in named]


def broken(text: str) -> bool:
    """Whether a word of fault stands in it."""
    return bool(scan(without_denied(fold(text))).get("fault"))


def find_words(text: str, *, paid: bool = False) -> list[Entity]:
    """Category, service and fee entities by their order in the text; kinds may share characters.

    paid: a sum, or the month of a bill, is spoken of.
    """
    folded = without_denied(fold(text))
    found = scan(folded)
    fees = _fee(found, paid)
    wishes = [*_service(found, folded), *(fees or _both(folded))]
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
