"""Reads a number plate that is spelled out: "Su A double six P three eight", "江苏A 三二P六幺", "S U E as in elephant …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.contract.understanding import Entity
from intents.entities.spoken import HAN_DIGITS, english_digits, han_digits
from intents.patterns import later

_NAMED = {
    "江苏": "苏",
    "上海": "沪",
    "浙江": "浙",
    "安徽": "皖",
    "北京": "京",
    "广东": "粤",
    "山东": "鲁",
    "河南": "豫",
    "河北": "冀",
    "湖北": "鄂",
    "湖南": "湘",
    "福建": "闽",
    "江西": "赣",
    "四川": "川",
    "重庆": "渝",
    "天津": "津",
    "jiangsu": "苏",
    "shanghai": "沪",
    "zhejiang": "浙",
    "anhui": "皖",
    "beijing": "京",
    "guangdong": "粤",
    "shandong": "鲁",
    "henan": "豫",
    "hubei": "鄂",
    "hunan": "湘",
    "fujian": "闽",
    "sichuan": "川",
    "su": "苏",
    "s u": "苏",
    "hu": "沪",
    "h u": "沪",
    "zhe": "浙",
    "wan": "皖",
    "jing": "京",
    "yue": "粤",
    "lu": "鲁",
}
_HAN = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_BEGIN = later(
    rf"(?P<han>[{_HAN}])(?=\s?(?:牌)?\s?[a-z](?![a-z]))|(?<![a-z])(?P<name>{'|'.join(sorted(_NAMED, key=len, reverse=True))})(?=[\s,.]{{0,2}}[a-z](?![a-z]))"
)
_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_FILL = r"(?:[\s,.，。·•-]|\b(?:then|uh+|um+|erm|and|dash|space|that.?s|followed by|letter|number|the)\b|那个|的|是|牌|杠|横杠|然后|呃|嗯)*"
_SIGN = later(
    rf"{_FILL}(?:(?P<times>double|triple) (?P<of>[a-z]\b|\d|{_DIGIT})|(?P<word>{_DIGIT})\b|(?P<letter>[a-hj-np-z])(?: (?:as in|for|like) [a-z]+\b)?(?![a-z])"
    rf"|(?P<digits>\d{{1,6}})(?!\s?[点月号日:：]|\s?[ap]m\b)|(?P<han>[{HAN_DIGITS}])(?!\s?[辆台部个位人点月号日栋单]))"
)
_MIX = later(rf"{_FILL}(?P<mixed>[a-z0-9]{{2,7}})(?![a-z0-9])")
_LEAST, _MOST = 5, 6
# What people say before the plate, where nothing but the plate follows.
_LEAD = later(
    r"^(?:(?:ok(?:ay)?|so|well|oh|uh+|um+|erm|hm+|it'?s|it is|that'?s|the|my|plate|number|number plate|licen[cs]e|reg(?:istration)?|is|car|hmm|yes)\b[\s,.:]*)*+"
    r"(?=[a-z](?![a-z]))"
)


def find_spelled_plates(text: str) -> Iterator[Entity]:
    """Of the folded text: every plate whose province is told."""
    at = 0
    while (begin := _BEGIN.search(text, at)) is not None:
        signs, end = _read(text, begin.end())
        at = max(end, begin.end())
        if _is_plate(signs):
            province = begin["han"] or _NAMED[begin["name"]]
            yield Entity("plate", province + signs.upper(), "", begin.start(), end, 0.9)


def plate_alone(text: str) -> str:
    """A plate without its province, as an answer to the question for it: empty where there is none."""
    lead = _LEAD.match(text)
    if lead is None:
        return ""
    signs, end = _read(text, lead.end())
    rest = text[end : end + 1]
    return signs.upper() if _is_plate(signs) and (not rest or rest in " ,.，。!") else ""


def _is_plate(signs: str) -> bool:
    return _LEAST < len(signs) <= 1 + _MOST and signs[0].isalpha() and sum(map(str.isdigit, signs)) > 1


def _read(text: str, at: int) -> tuple[str, int]:
    """The signs from here on, as many as a plate has at most."""
    signs = ""
    while len(signs) <= _MOST:
        mixed = _MIX.match(text, at)
        match = _SIGN.match(text, at) if mixed is None or not _is_mixed(mixed["mixed"]) else mixed
        if match is None:
            break
        more = match["mixed"] if match is mixed and mixed is not None else _sign(match)
        if len(signs) + len(more) > 1 + _MOST:
            break
        signs, at = signs + more, match.end()
    return signs, at


def _is_mixed(said: str) -> bool:
    """ "3m", "8d316": letters and figures in one piece."""
    return any(map(str.isdigit, said)) and any(map(str.isalpha, said))


def _sign(match: re.Match[str]) -> str:
    if match["times"]:
        return (english_digits(match["of"]) or match["of"]) * (2 if match["times"] == "double" else 3)
    if match["han"]:
        return han_digits(match["han"]) or ""
    return english_digits(match["word"]) if match["word"] else match["letter"] or match["digits"]
