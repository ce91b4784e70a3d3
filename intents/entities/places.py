"""Finds where something is: "3栋2单元501", "gate 3", "B1 garage by the lift", and whether that is a home or shared."""

from __future__ import annotations

import itertools
import re

from bot.contract.understanding import Entity, Place
from intents.entities.lexicon import Hit, scan
from intents.entities.place_parts import COMMON, NUMBERED, Part, find_parts
from intents.normalise import fold, has_han
from intents.patterns import later

Chain = list[Part]
# "not building 3, 13": what a bare number is, the thing taken back before it tells.
_INSTEAD = later(
    r"(?:\s*,?\s*(?:but|it's|it is|rather|make it|是|而是|应该是)\s*|\s*[,，]\s*)(?P<n>\d{1,4}[a-z]?)(?=\s*(?:$|[,.!;。，！]|please|thanks))"
)

# "The pond between building 6", which goes on with the other side.
_OPENED, _AND = later(r"\bbetween\b"), later(r"\s*and(?: the| our| my)?\s*")
_GAP = later(r"\s*,?\s*(?:的|里的|里面的?|那个|那边的|(?:(?:of|in|on|at|by|from|inside|near|the|its|and then)\s+)*)#?")
_LINKS = frozenset({"-", "–", "—", "−", "#", "杠", "dash"})
_FINER = {"building": 0, "unit": 1, "floor": 2, "room": 3, "loose": 3, "bay": 4}
_SPOTS = frozenset({"named", "gate", "bay", "tail", "side", "before"})
_LEANING = frozenset({"tail", "side", "before", "loose"})

# Between a place and what it lies beside; and what ends the breath in which a floor still belongs to its building.
_BESIDE = later(r"\s?(?:靠近?|挨着|紧挨着?|临近|通往)\s?")
_BREAK = later(r"[,，.。;；!?]|[\u4e00-\u9fff]\s|\b(?:and|then|also)\b")
_NEGATED = later(
    r"(?:(?<!是)不是说?|并非|不在|别去|(?:\bnot|isn't|wasn't|aren't)(?: (?:in|at|on|for"
    r"|from))?)\s*[在去]?\s*(?:the\s)?$"
)
_CORRECTION = later(
    r"不对|哦不|噢不|啊不|错了|说错|搞错|记错|更正|改成|改到|改为|换成|我是说|应该是|不好意思|(?:^|[,.\s])不[,\s是]"
    r"|\bsorry\b|\bi mean|\bi meant|\brather\b|correction|make (?:that|it)|\bactually\b|\bno\b|\bwait\b"
    r"|oops|my mistake"
)
_BARE_CORRECTION = later(
    r"(?:不对|错了|更正|改成|我是说|应该是|sorry|mean|correction|make that|actually|\bno)[,.\s是]*(?:it's )?$"
)


def place_scope(text: str) -> str | None:
    """ "inside" a home, "public", or None when the words do not tell or tell both."""
    return _scope(scan(fold(text)).get("scope", ()))


def rooms_in(text: str) -> frozenset[str]:
    """The words that say where in a home, or where outside of it."""
    return frozenset(hit.word for hit in scan(fold(text)).get("scope", ()))


def _scope(hits: tuple[Hit, ...]) -> str | None:
    said = {hit.label for hit in hits}
    inside, public = "inside.firm" in said, "public.firm" in said
    if inside or public:
        return None if inside and public else "inside" if inside else "public"
    if "inside.weak" in said:
        return "inside"
    return "public" if "public.weak" in said else None


def _joins(chain: Chain, part: Part, text: str) -> bool:
    """Whether the part goes on with the chain's place instead of naming another one."""
    last = chain[-1]
    gap = text[last.end : part.start]
    if len(gap) > 16 or (gap and not _GAP.fullmatch(gap) and gap.strip() not in _LINKS):
        return False
    kind = "room" if part.kind == "loose" else part.kind
    if kind in NUMBERED or kind == "gate":
        if any(("room" if old.kind == "loose" else old.kind) == kind for old in chain):
            return False
        if part.kind == "loose":
            return last.kind in {"building", "unit", "floor"}
    if "," in gap:
        return kind in NUMBERED and last.kind in NUMBERED
    if part.kind == "side":
        return last.kind not in {"side", "before"} and gap in {"", "的", " "}
    if last.kind == "side":
        return gap == "的" and part.kind in {"named", "tail"}
    return last.kind != "before" or not gap.strip() or gap.strip() == "the"


def _chains(parts: list[Part], text: str) -> list[Chain]:
    chains: list[Chain] = []
    current: Chain = []
    for part in parts:
        if current and _joins(current, part, text):
            current.append(part)
            continue
        if current:
            chains.append(current)
        current = [part]
    if current:
        chains.append(current)
    return _between([trimmed for chain in chains if (trimmed := _trim(chain, text))], text)


def _between(chains: list[Chain], text: str) -> list[Chain]:
    """ "3号楼和4号楼之间" is one place, and in neither building."""
    joined: list[Chain] = []
    for chain in chains:
        if joined:
            first = joined[-1]
            gap, after = text[first[-1].end : chain[0].start], text[chain[-1].end :]
            opened = first[-1].end and _OPENED.search(text[first[0].start : first[-1].end]) and _AND.fullmatch(gap)
            beside = text[chain[-1].start : chain[-1].end] in ("之间", "中间")
            closed = gap.strip() in {"和", "与", "跟", "到"} and (beside or after.startswith(("之间", "中间")))
            if opened or closed:
                end = chain[-1].end + (2 if closed and not beside else 0)
                joined[-1] = [Part(first[0].start, end, "named")]
                continue
        joined.append(chain)
    return joined


def _trim(chain: Chain, text: str) -> Chain:
    """A chain begins and ends with what can; a chain of nothing but hints is no place."""
    while chain and chain[-1].kind == "before":
        chain = chain[:-1]
    while chain and chain[0].kind in {"tail", "side"} and len(chain) > 1:
        chain = chain[1:]
    if any(part.kind not in _LEANING for part in chain):
        return chain[1:] if chain[0].kind == "loose" else chain
    bare = len(chain) == 1 and chain[0].kind == "loose"
    return chain if bare and _BARE_CORRECTION.search(text[: chain[0].start][-24:]) else []


def _value(chain: Chain, surface: str, scope: str | None) -> Place:
    fields = {("room" if part.kind == "loose" else part.kind): part.value for part in chain}
    room = fields.get("room")
    own = place_scope(surface)
    if own is not None and not (room and own == "inside"):
        scope = own
    elif room is not None and scope is None:
        scope = "inside"
    floor, spot = (_surface(chain, surface, kinds) for kinds in ({"floor"}, _SPOTS))
    common = any(part.value == COMMON for part in chain)
    building, unit = fields.get("building"), fields.get("unit")
    return Place(_in_figures(surface, building, unit, room), building, unit, room, scope, floor, spot, common)


def _in_figures(said: str, building: str | None, unit: str | None, room: str | None) -> str:
    """A home as it is written, whoever spelled it out: nobody reads "building five unit one room three oh two"."""
    if building is None or room is None or any(map(str.isdigit, said)):
        return said
    if has_han(said):
        return f"{building}栋{unit}单元{room}" if unit else f"{building}栋{room}"
    return f"building {building}, unit {unit}, room {room}" if unit else f"building {building}, room {room}"


def _surface(chain: Chain, surface: str, kinds: frozenset[str] | set[str]) -> str | None:
    """The words of the parts of these kinds, with what stands between them."""
    at = [part for part in chain if part.kind in kinds]
    begin = chain[0].start
    whole = chain[-1].end - begin == len(surface) and any(part.kind not in {"side", "before"} for part in at)
    return surface[at[0].start - begin : at[-1].end - begin] if whole else None


def _completed(old: Chain, new: Chain, original: str) -> tuple[Chain, str] | None:
    """ "3栋2单元501，不对，是502": the new number takes its place in the old address."""
    ranks = [_FINER[part.kind] for part in new if part.kind in _FINER]
    if len(ranks) != len(new) or not ranks or min(ranks) == 0 or old[0].kind != "building":
        return None
    kept = [part for part in old if _FINER.get(part.kind, 9) < min(ranks)]
    if not kept or len(kept) == len(old):
        return None
    replaced = old[len(kept)]
    return [*kept, *new], original[old[0].start : replaced.start] + original[new[0].start : new[-1].end]


def find_places(text: str) -> list[Entity]:
    """Places by their order in the text; one that the same text takes back is left out."""
    folded = fold(text)
    parts = find_parts(folded, text)
    if not parts:
        return []
    hits = scan(folded).get("scope", ())
    scope = _scope(tuple(hit for hit in hits if hit.label != "public.weak"))
    found: list[tuple[Chain, Entity]] = []
    for chain in _chains(parts, folded):
        start, end = chain[0].start, chain[-1].end
        if _NEGATED.search(folded[max(0, start - 16) : start]):
            instead = _INSTEAD.match(folded, end)
            if instead and len(chain) == 1 and chain[0].kind in {*_FINER, "gate"} and chain[0].value:
                found.append(([chain[0]], _instead(chain[0], instead, text)))
            continue
        whole, surface = chain, text[start:end]
        if found:
            old, entity = found[-1]
            if start - entity.end <= 24 and _CORRECTION.search(folded[entity.end : start]):
                found.pop()
                whole, surface = _completed(old, chain, text) or (chain, surface)
        if whole[0].kind != "loose":
            found.append((whole, _entity(whole, chain, text, surface, scope)))
    return [entity for _, entity in _without_details(found, folded)]


def _without_details(found: list[tuple[Chain, Entity]], text: str) -> list[tuple[Chain, Entity]]:
    """ "The lift in block 4 skips the third floor": a floor in the same breath tells more of it, no other place."""
    kept = found[:1]
    for (_, before), (chain, entity) in itertools.pairwise(found):
        gap = text[before.end : entity.start]
        floor = all(part.kind == "floor" for part in chain)
        landmark = all(part.kind in {"named", "tail"} for part in chain) and _BESIDE.fullmatch(gap)
        numbered = any(part.kind in NUMBERED for part in kept[-1][0])
        if not (numbered and (landmark or (floor and not _BREAK.search(gap)))):
            kept.append((chain, entity))
    return kept


def _instead(part: Part, instead: re.Match[str], text: str) -> Entity:
    """The place of the same kind with the number said after it, in the words of the one taken back."""
    number, old = instead["n"], text[part.start : part.end]
    surface = re.sub(r"\d+[a-z]?|[零一二三四五六七八九十]+", number, old, count=1, flags=re.IGNORECASE)
    chain = [part._replace(value=number.upper())]
    return Entity(
        "location", _value(chain, surface, None), text[instead.start("n") : instead.end("n")], *instead.span("n")
    )


def _entity(whole: Chain, said: Chain, text: str, surface: str, scope: str | None) -> Entity:
    start, end = said[0].start, said[-1].end
    sure = any(part.kind in NUMBERED or part.kind in {"gate", "named"} for part in whole)
    return Entity("location", _value(whole, surface, scope), text[start:end], start, end, 1.0 if sure else 0.8)
