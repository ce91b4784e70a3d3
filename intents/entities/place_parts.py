"""Finds the atoms of a place: a building, a unit, a room, a floor, a gate, a named spot; places.py joins them.

Numbered atoms are read by patterns, named ones and English cue words ("block", "gate") come from the word lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from intents.entities.lexicon import scan
from intents.entities.spoken import (
    ENGLISH_DIGIT,
    ENGLISH_NUMBER,
    HAN_DIGITS,
    label_english,
    label_number,
)
from intents.patterns import later


class Part(NamedTuple):
    """kind: building, unit, room, loose (a bare number, a room only beside another part), floor, gate, bay,
    named, tail (a place only after another part), side ("旁边") or before ("near"); a named one that every
    building has ("楼道") carries the value "common"."""

    start: int
    end: int
    kind: str
    value: str | None = None


# Nobody names more places in one message; it bounds what a hostile text can cost.
_MOST = 40

COMMON = "common"
NUMBERED = frozenset({"building", "unit", "room", "loose", "floor", "bay"})

_N = r"(?:\d{1,4}|[零〇一二三四五六七八九十百两幺]{1,5})"
_D = f"[{HAN_DIGITS}]"
_FREE = r"(?<![0-9a-z.:/#-])"
_NOT_MEASURE = r"(?!\d|\s?(?:\.\d|[-:%年月天个人元块位度米平日小分]|yuan|rmb|people|hour|dollar|min|am\b|pm\b))"
_DASH = r"\s?(?:[-–—−]|杠|dash)\s?"
# "四楼到五楼中间那个平台": between two floors, or half a floor above one.
_TO = r"\s?(?:到|和|与|跟|至|、|-)\s?"
_LANDING = r"(?:(?:的|那个|那)*(?:休息|缓步?)?(?:平台|缓台|拐[弯角]处?|转[弯角]处?|楼梯间?))?"
_AREA = r"(?:(?:[一二三四五六1-9]期|[a-e东南西北中]区)[的\s]?)?"

# Where an atom can begin; without it every character would be tried against every alternative.
_START = (
    r"(?=[0-9零〇一二三四五六七八九十百两幺东西南北中甲乙丙丁第负地车-]"
    r"|(?<![a-z])(?:[a-z](?=[\d座栋幢区号#–—−单-])|n[ou]))"
)

_COUNTED = later(
    rf"""
    {_START}(?:
    {_FREE}(?P<db>\d{{1,2}}|[a-h]\d?|[一二三四五六七八九十]{{1,3}}(?=杠))(?:\#|栋|号楼)?(?:{_DASH}|(?<=\#))
        (?:(?P<du>\d{{1,2}}|[一二三四五六七八九十](?=杠))(?:单元)?{_DASH})?(?P<dr>\d{{3,4}}[a-d]?|{_D}{{3,4}}){_NOT_MEASURE}(?![a-z]|号?车位)
    |{_AREA}第?(?<![月\d.])(?P<building>{_N}|[a-z]\d{{0,2}}|[东南西北](?=[栋幢座]))\s?(?:(?:栋|幢|棟|号楼|號樓|号院|\#楼|\#(?=\d)|(?:(?<=\d)|(?<=[a-z]))座(?![位机]))(?:楼(?![下门上道梯顶前后外]))?
        |[动洞懂冻](?=\s?{_N}\s?单)|号(?=\s?\d{{3,4}}\s?室))
    |(?P<unit>{_N}|[甲乙丙丁a-d东西中])\s?(?:单[元员]|门(?=\s?(?:\d{{3,4}}|{_D}{{3,4}})))
    |{_FREE}(?P<gate>{_N})\s?号?门(?:岗亭|岗|口)?(?![诊牌店锁铃])(?<![两三四五六七八九十]门)(?<!\d门)
    |(?P<tail>[a-h东南西北中]区)(?![号域])
    |(?P<bay>[a-z]?\d?-?\d{{1,4}}号?车位|车位\s?(?:号[是为]?)?\s?[a-z]?-?\d{{1,4}}(?![\d年月元块个]))
    |(?P<lane>\d{{1,4}}弄(?:\d{{1,3}}号(?!\s?\d{{3}}))?)
    |(?P<floor>{_N}\s?[楼层]?{_TO}{_N}\s?[楼层](?![梯盘灰皮膜油])(?:之间|中间|当中)?{_LANDING}|{_N}\s?[楼层](?:半|拐[弯角]|转[弯角]|楼梯(?:拐[弯角]|转[弯角])){_LANDING}
        |(?:负|地下|-)?{_N}\s?[楼层](?![梯盘灰皮膜油])|{_FREE}b[1-4](?:[层楼]|\s(?:level|floor)\b)?(?![0-9a-z])|\d{{1,2}}f(?![a-z\d])
        |\d{{1,2}}(?:st|nd|rd|th)\s(?:floor\s)?(?:and|to)\s(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)\s(?:floors?|levels?)\b
        |\d{{1,2}}(?:st|nd|rd|th)\s(?:floor|level|fl)\b)
    |(?:no\.?|number)\s?(?P<nb>\d{{1,2}})\sbuilding\b
    |(?<![0-9a-z.:/-])(?P<room>\d{{3,4}}[a-z]?|\d{{1,2}}[a-d]|{_D}{{3,4}}|[一二三四]?十[一二三四五六七八九]?[零〇]{_D}|\d{{1,2}}(?=室))(?:\s?(?P<suffix>室|号房间?|房间|房(?!间|租|价|费|产)|户(?!外)))?
        {_NOT_MEASURE}(?![a-z厅])
    )""",
    re.VERBOSE,
)
_MAY_COUNT = later(
    rf"\d{{3}}|[栋幢棟座区楼樓层室房弄杠#–—−]|号[门院房\d]|单[元员]|{_D}{{3}}|十.?[零〇]|\d[-f]|b[1-4]|\d(?:st|nd|rd|th)\s"
    r"|\d[a-d](?![a-z\d])|[\d一二三四五六七八九十]门|车位|dash|building"
)

# "twelve two six oh three" is 12-2-603 on the telephone.
_SAID_HOME = later(
    rf"\b(?P<b>{ENGLISH_NUMBER}) (?P<u>{ENGLISH_DIGIT}) (?P<r>(?:{ENGLISH_DIGIT}|ten|eleven|twelve) (?:oh|zero|o) {ENGLISH_DIGIT}"
    rf"|{ENGLISH_DIGIT} {ENGLISH_DIGIT} {ENGLISH_DIGIT})(?! (?:{ENGLISH_DIGIT}))"
)
# A bare number that says by its company that it is a home.
_HOME_AFTER = later(
    r"住户|业主|的?邻居|那?家(?!政|具|电)|的(?:物业|水|电|气|燃气|煤气|停车|车位|管理|账单)|漏水|的?房间?"
    r"|的?(?:马桶|水管|水?龙头|下水|暖气|空调|宽带|网(?![站上购点])|门锁|停电|断电|没电|跳闸|没水)"
    r"|,? ?(?:in |of )?(?:building|block)\b"
)
_HOME_BEFORE = later(
    r"(?:楼上|楼下|隔壁|对门|对面|我是|住在?|房号是?|房间号?是?|门牌号?是?|家在|"
    r"live in|living in|(?:i|we) ?(?:'?m|'?re| am| are) in|neighbou?r in|neighbou?r at|upstairs|upstairs in)\s?$"
)
_DIGIT_BEFORE = later(rf"(?:{ENGLISH_DIGIT}|number|plate|code|dash|phone|case)[ ,:]*(?:is )?$")
_HOME_NUMBER = later(r"\d{1,2}(?:0[1-9]|1[0-2])[a-d]?")
# "The wifi in 15B", "15B的网": a floor and a letter, where something is said to be in it.
_LETTERED = later(r"\d{1,2}[a-d]")
_LETTERED_BEFORE = later(r"\b(?:in|from|flat|home|住|家)\s?$")

_WORDY = rf"{ENGLISH_DIGIT}(?:[ -]{ENGLISH_DIGIT}){{2,3}}|{ENGLISH_NUMBER}(?: (?:oh|zero) {ENGLISH_DIGIT})?"
_NUMBER = r"\s*(?:no\.?|number|num\.?|\#)?\s*(?P<v>"
_END = r")(?![0-9a-z])(?!\s?(?:hour|people|day|week|month|minute|yuan|rmb|pm\b|am\b|%|:\d))"
_AFTER_CUE = {
    "building": later(rf"{_NUMBER}\d{{1,3}}[a-z]?|[a-hj-z]\d{{0,2}}|{_WORDY}{_END}"),
    "unit": later(rf"{_NUMBER}\d{{1,4}}[a-z]?|[a-d]|{_WORDY}{_END}"),
    "room": later(rf"{_NUMBER}\d{{1,4}}[a-z]?|[a-z]-?\d{{1,4}}|\d{{1,2}}-\d{{1,4}}|{_WORDY}{_END}"),
    "floor": later(rf"{_NUMBER}-?b?\d{{1,2}}|{_WORDY}{_END}"),
    "gate": later(rf"{_NUMBER}\d{{1,2}}[a-z]?|[a-hj-z]|{_WORDY}{_END}"),
    "bay": later(rf"{_NUMBER}[a-z]?\d?-?\d{{1,4}}{_END}"),
}
# "flat 7-1-302" is a building, a unit and a room: the dashes say so, not the word before them.
_WHOLE_HOME = later(r"\s*\d{1,2}-(?:\d{1,2}-)?\d{3,4}(?!\d)")
_AFTER_LETTER_A = later(r"\s*(?:$|[,.;!?\d]|apt|apartment|unit|room|flat|floor|lobby|lift|elevator)")
_AS_THEY_ARE = {"alone": "named", COMMON: "named", "level": "floor"} | {
    kind: kind for kind in ("named", "tail", "side", "before")
}


def _is_year(number: str) -> bool:
    return len(number) == 4 and "2020" <= number <= "2039"


def _dashed(match: re.Match[str]) -> Iterator[Part]:
    building, unit, room = match["db"], match["du"], match["dr"]
    before = match.string[max(0, match.start() - 5) : match.start()]
    if (unit is None and _is_year(room)) or "取件" in before or "取货" in before:
        return
    yield Part(match.start("db"), match.end("db"), "building", (label_number(building) or building).upper())
    if unit is not None:
        yield Part(match.start("du"), match.end("du"), "unit", label_number(unit))
    yield Part(match.start("dr"), match.end("dr"), "room", (label_number(room) or room).upper())


def _is_home(number: str, before: str, after: str) -> bool:
    if not (_HOME_NUMBER.fullmatch(number) or _LETTERED.fullmatch(number)):
        return False
    if _HOME_AFTER.match(after) or _HOME_BEFORE.search(before):
        return True
    return _LETTERED.fullmatch(number) is not None and _LETTERED_BEFORE.search(before) is not None


def _room(match: re.Match[str], text: str) -> Iterator[Part]:
    number = match["room"]
    value = (label_number(number) or number).upper()
    kind = "loose"
    before, after = text[max(0, match.start() - 14) : match.start()], text[match.end() : match.end() + 14]
    if (match["suffix"] and len(value) > 2) or _is_home(number, before, after):
        kind = "room"
    if kind == "room" or not _is_year(value):
        yield Part(match.start(), match.end(), kind, value)


def _counted(text: str) -> Iterator[Part]:
    for match in _COUNTED.finditer(text):
        kind = match.lastgroup or ""
        if match["db"]:
            yield from _dashed(match)
        elif match["room"]:
            yield from _room(match, text)
        elif kind in {"building", "unit", "nb"}:
            number = match[kind]
            if number not in {"两", "百", "十百"}:
                name = "building" if kind == "nb" else kind
                yield Part(match.start(), match.end(), name, (label_number(number) or number).upper())
        else:
            yield Part(match.start(), match.end(), {"lane": "named"}.get(kind, kind))


def _after_cue(kind: str, start: int, end: int, text: str, original: str) -> Part | None:
    """ "block B", "gate 3", "apt five oh one"; "unit 501" is a room, "a" is a letter only where no article fits."""
    match = _AFTER_CUE[kind].match(text, end)
    if match is None or (kind == "room" and _WHOLE_HOME.match(text, end)):
        return None
    value = match["v"]
    if value == "a" and original[match.start("v")] == "a" and not _AFTER_LETTER_A.match(text, match.end()):
        return None
    label = label_english(value)
    if kind == "unit" and label is not None and (len(label) > 2 or not (label.isdigit() or label.isalpha())):
        kind = "room"
    return Part(start, match.end(), kind, label)


def _said(text: str) -> Iterator[Part]:
    """A home told digit by digit, and nothing longer: a telephone or case number has more of them."""
    for match in _SAID_HOME.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if _DIGIT_BEFORE.search(before):
            continue
        for kind, group in (("building", "b"), ("unit", "u"), ("room", "r")):
            yield Part(match.start(group), match.end(group), kind, label_english(match[group]))


def find_parts(text: str, original: str) -> list[Part]:
    """Atoms of the folded text by start, none overlapping; the longer one wins where two begin together."""
    found: list[Part] = []
    if _MAY_COUNT.search(text):
        found.extend(_counted(text))
    if " oh " in text or " zero " in text or " one " in text:
        found.extend(_said(text))
    for hit in scan(text).get("place", ()):
        kind = _AS_THEY_ARE.get(hit.label)
        if kind is not None:
            found.append(Part(hit.start, hit.end, kind, COMMON if hit.label == COMMON else None))
        elif hit.label != "none":
            part = _after_cue(hit.label, hit.start, hit.end, text, original)
            if part is not None:
                found.append(part)
    found.sort(key=lambda part: (part.start, -part.end))
    parts: list[Part] = []
    free = 0
    for part in found[:_MOST]:
        if part.start >= free:
            parts.append(part)
            free = part.end
    return parts
