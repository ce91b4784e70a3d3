"""One person named twice in a row is one visitor: "姓顾 顾晓彤", "小刘 刘洋", "Mrs Wang, Wang Jianguo is his name"."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.understanding import Entity
from intents.patterns import later

# Between two namings of one person stands no more than this.
_BETWEEN = later(
    r"[\s,，.。、:：()（）]*(?:的|男的?|女的?|全名|名字|大名|本名|他|她|就?叫|就?是|名叫|called|that is|i\.e\.|his|her|name|is|full)?[\s,，.。、:：()（）]*"
)
# Others beside somebody are others: "小刘和刘洋", "Mr Wang and Wang Li".
_TITLED = later(r"(?:mr|mrs|ms|miss|dr|prof)\.?\s+(?P<last>\S+)", 2)
_NICK = later(r"[小老大阿](?P<last>\S)$|(?P<first>\S{1,2})(?:师傅|老师|医生|先生|女士|阿姨|经理|大姐|工|姐|哥|总)$")
# "师傅姓罗": the trade is how a surname alone is said.
_TRADE = later(
    r"(师傅|老师|阿姨|医生|司机|先生|女士|经理|大姐|护士|教练|护工|护理员|康复师|月嫂|保姆|中介)(?:是|他|她|的)?姓$"
)


def once_each(found: list[Entity], text: str) -> list[Entity]:
    """The names in order, each person once, under the fullest of the names that were said."""
    kept: list[Entity] = []
    for name in found:
        before = kept[-1] if kept else None
        if before is not None and _BETWEEN.fullmatch(text, before.end, name.start):
            fuller = _fuller(before, name)
            if fuller is not None:
                kept[-1] = fuller
                continue
        kept.append(name)
    return [_with_trade(name, text) for name in kept]


def _fuller(one: Entity, other: Entity) -> Entity | None:
    """The fuller of two names of one person; None where they may be two."""
    short, long = sorted((one, other), key=lambda entity: len(str(entity.value)))
    little, much = str(short.value), str(long.value)
    surname = len(little) == 1 or (little.isascii() and " " not in little)
    if much == little or (surname and much.startswith(little)):
        return long
    if much.isascii():
        little, much = much, little
    titled = _TITLED.fullmatch(little) or _TITLED.fullmatch(much)
    plain = other if titled is not None and titled.string == str(one.value) else one
    if titled is not None:
        return plain if titled["last"].casefold() in str(plain.value).casefold().split() else None
    nick, full = (one, other) if _NICK.fullmatch(str(one.value)) else (other, one)
    said = _NICK.fullmatch(str(nick.value))
    if said is None or _NICK.fullmatch(str(full.value)):
        return None
    return full if str(full.value).startswith(said["last"] or said["first"]) else None


def _with_trade(name: Entity, text: str) -> Entity:
    trade = _TRADE.search(text, max(0, name.start - 8), name.start)
    alone = trade is not None and len(str(name.value)) <= 2
    return replace(name, value=f"{name.value}{trade[1]}") if trade is not None and alone else name
