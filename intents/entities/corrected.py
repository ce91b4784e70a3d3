"""What a correction puts in the place of what was said: "no, Bob Jones", "名字改成李明"; it is read by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.contract.understanding import Danger, Entity, Place, Understanding
from intents.entities.names import lone_name
from intents.normalise import has_han
from intents.patterns import later

LONGEST = 60
_ZH_LEAD = (
    r"(?:哦|噢|啊|呃|哎|那个|等等|等一?下|不好意思|抱歉|对不起|还是|可以|行|好的?|但是?|不过|那|就|[\s,，.。!！、])*"
)
_ZH_WRONG = r"(?:不对|不是|错了|(?:刚才|刚刚|前面)?我?(?:说|打|写|搞|填|报)错了?)"
_ZH_END = r"(?:吧|才对|就行|就好|好了|了|啊|呀|哈|[\s.。!！])*"
_Y = r"(?P<y>[^,，。\s][^,，。]{0,23}?)"
_ZH = tuple(
    later(source)
    for source in (
        rf"{_ZH_LEAD}{_ZH_WRONG}[\s,，.。!！]*(?:应该是|其实是|是|改成|换成|改为|要)?{_Y}{_ZH_END}",
        rf"(?:可以|行|好的?|对|嗯|是的?)[\s,，]*(?:但是?|不过|就是)(?:改成|换成|要|是)?{_Y}{_ZH_END}",
        rf"(?:可以|行|好的?|对|嗯)[\s,，]+{_Y}吧[\s.。!！]*",
        rf"{_ZH_LEAD}(?:其实是|其实|应该是|我是说|我说的是|改成|换成|改为|改到){_Y}{_ZH_END}",
        rf"{_ZH_LEAD}把?(?P<x>[^,，。\s]{{1,8}}?)(?:{_ZH_WRONG}[\s,，]*(?:改成|改为|换成|改到|应该是|其实是|是)|改成|改为|换成|改到|应该是)"
        rf"{_Y}{_ZH_END}",
    )
)
_EN_LEAD = (
    r"(?:(?:oh|er|uh|um|ok(?:ay)?|yes|fine|sure|well|but|so|then|no|nope|nah|sorry|wait|oops|actually|correction|excuse me"
    r"|my (?:bad|mistake)|i (?:got|said) (?:it|that) wrong|(?:that|it)['’]?s (?:wrong|not right))\b[\s,.!;:-]*)*"
)
_EN_CORE = (
    r"(?:no,|nope,|not [\w ]{1,20}?,|sorry,|wait,|oops,|actually|correction|i meant?(?: to say)?|make (?:it|that)|it should be|should be"
    r"|(?:the|my|our|his|her|their) (?P<x>[\w ]{2,20}?) (?:is|was) (?:wrong|not right|incorrect)\b[\s,.;]*(?:it should be|it['’]?s|it is|make it)?"
    r"|(?:the|my|his|her|their) (?P<z>[\w ]{2,20}?) should be"
    r"|change (?:the |my |his |her |their )?[\w ]{2,20}? to)"
)
_EN = later(
    rf"(?i:{_EN_LEAD}{_EN_CORE}[\s,.!:]*(?:it['’]?s |it is |just |to )?)(?P<y>\S.{{0,38}}?)(?i:,? (?:please|instead|then|though|rather))?[\s.!]*"
)
_EN_END = r"(?i:,? (?:please|instead|then|though|rather))?[\s.!]*"
_EN_YES = r"(?:yes|yeah|ok(?:ay)?|sure|fine|right|good)[\s,.]+"
# "Yes, but Tuesday", "sure, Bob Jones though".
_EN_BUT = later(
    rf"(?i:{_EN_YES}but (?:make (?:it|that) |change (?:it|that) to |it['’]?s |with |for )?)(?P<y>\S.{{0,38}}?){_EN_END}"
)
_EN_THOUGH = later(rf"(?i:{_EN_YES})(?P<y>\S.{{0,38}}?)(?i:,? though)[\s.!]*")
# "不是明天 我要的是下周六": what stands after it is the right one.
_AFTER_IT = later(r"[\s,，]+(?:我?(?:要|说|指|想)的?(?:要)?是|应该是|而是|是|改成|换成)")
_NUMBER = later(r"[A-Za-z]?\d{1,4}[号区]?|(?:space|no\.?|number) ?[A-Za-z]?\d{1,4}")
_NAMED = later(r"名|姓|叫|访客|客人|\b(?:name|visitor|guest|called)\b")
# What is told by a small word and not by an entity; the word that makes way says it too.
_SMALL = ("meal", "delivery", "openness", "diet", "count", "quantity", "unit")


def put_right(whole: Understanding, text: str, read: Callable[[str], Understanding]) -> Understanding:
    """The same, with what the right words tell in place of what the wrong ones did; `right` holds those words."""
    said = _right_words(text, whole.extra)
    if said is None or whole.danger is not Danger.NONE:
        return whole
    part = read(said)
    found = tuple(_whole(entity, said) for entity in part.entities if entity.value is not None) or _name(text, said)
    small = {name: part.extra[name] for name in _SMALL if name in part.extra}
    if not (_is_all(found, said) if found else small) or part.rest is not None:
        return whole
    at, names = max(0, text.rfind(said)), {entity.name for entity in found}
    kept = [entity for entity in whole.entities if entity.name not in names]
    moved = [replace(entity, start=entity.start + at, end=entity.end + at) for entity in found]
    rather = {"rather": small["count"]} if "count" in small and "rather" not in whole.extra else {}
    entities = tuple(sorted((*kept, *moved), key=lambda entity: entity.start))
    return replace(whole, entities=entities, extra={**whole.extra, **small, **rather, "right": said})


def _is_all(found: tuple[Entity, ...], said: str) -> bool:
    """What is named is most of it: "sorry, the lamp in the hall is out" puts nothing right, it tells."""
    named = sum(len(e.value.text if isinstance(e.value, Place) else e.text) for e in found)
    return 2 * named >= len(said)


def _whole(entity: Entity, said: str) -> Entity:
    """ "Garage B12": the number that stands beside a place, and nothing besides, belongs to it."""
    place, rest = entity.value, said.replace(entity.text, "").strip()
    if not isinstance(place, Place) or place.room is not None or not _NUMBER.fullmatch(rest):
        return entity
    return replace(entity, value=replace(place, text=said, floor=None, spot=None))


def _right_words(text: str, extra: Mapping[str, str]) -> str | None:
    stripped = text.strip()
    if len(stripped) > LONGEST or stripped[-1:] in ("?", "？"):
        return None
    instead = extra.get("instead")
    if instead and (at := stripped.casefold().rfind(instead)) >= 0:
        return stripped[at : at + len(instead)]
    # A number plate has Chinese in it, whatever language it is told in.
    english = (_EN, _EN_BUT, _EN_THOUGH)
    patterns = (*_ZH, *english) if has_han(stripped) else english
    said = next((match["y"] for pattern in patterns if (match := pattern.fullmatch(stripped)) is not None), None)
    return said if said is None else _AFTER_IT.split(said)[-1]


def _name(text: str, said: str) -> tuple[Entity, ...]:
    """Nothing but a name: in capitals, or announced as one."""
    if has_han(said) and _NAMED.search(text) is None:
        return ()
    name = lone_name(said)
    return () if name is None else (name,)
