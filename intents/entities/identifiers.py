"""Finds what names a thing exactly: number plates, case numbers, telephone numbers, pass codes, written or spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.contract.understanding import Entity
from intents.entities.plates import find_spelled_plates
from intents.entities.spoken import (
    ENGLISH_DIGIT,
    HAN_DIGITS,
    english_digits,
    han_digits,
)
from intents.patterns import later

_DIGIT = f"[0-9{HAN_DIGITS}]"
_ALONE = r"(?<![0-9a-z.])"
_END = r"(?![0-9a-z])"
_NOT_LETTERS = later(r"[\s.·•・‧∙-]")
_DATE = later(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
# "皖A2W9L8 一辆小车", "沪A12345 三点到": a numeral that counts something is no sign of the plate before it.
_SIGN = rf"(?:[a-z0-9]|(?<![0-9]\s)[{HAN_DIGITS}](?!\s?[辆台部个位人点月号日栋单]))"
_PLATE = later(
    rf"([{_PROVINCES}])\s?(?:牌)?([a-z])[\s.·•・‧∙-]{{0,2}}((?:{_SIGN}[\s.·•・‧∙]?){{4,5}}"
    rf"(?:{_SIGN}|[学警港澳挂试超领]))(?![0-9a-z])"
)
_PLATE_WORD = later(
    r"(?:车牌号?码?|牌照号?|牌号|(?:number|licen[cs]e|car|vehicle|registration)[ -]?plates?(?: number| no\.?)?"
    r"|\bplates?(?: number| no\.?)?"
    r"|\breg(?:istration)?(?: number| no\.?)?)\s*(?:就?是|为|叫|is|reads|will be|:|,|=)?\s*"
    rf"((?=[{_PROVINCES}]?[a-z .-]{{0,7}}\d)(?!\d{{1,2}}[ :])[{_PROVINCES}]?[a-z0-9]{{1,7}}(?:[ .-][a-z0-9]{{1,5}}){{0,2}}"
    rf"|(?<=[牌照号是为：:])[a-z]{{2,7}})(?![a-z0-9])"
)
_NO_PLATE_TAIL = later(
    r"[ ](?:at|on|in|is|and|for|to|by|my|the|he|she|it|they|am|pm|from|will|with|a|i|mon|tue|wed|thu|fri"
    r"|sat|sun|today|or|car|who|please|pls|white|black|red|blue|next|this|this|coming|comes|around|after"
    r"|before|until|\d{1,2}(?:am|pm)|tomor).*$"
)

_PHONE = later(
    rf"(?<![0-9.-])(?:\+?86[\s-]?)?(?P<mobile>[1一幺][3-9三四五六七八九]{_DIGIT}(?:[\s,-]?{_DIGIT}){{8}})(?![0-9]"
    rf"|{_DIGIT})"
    rf"|(?<![0-9.-])(?P<line>\(?0\d{{2,3}}\)?[\s-]?\d{{3,4}}[\s-]?\d{{4}}"
    rf"|400[\s-]?\d{{3,4}}[\s-]?\d{{3,4}})(?![0-9])"
    r"|(?P<abroad>\+(?!86)\d{1,3}(?:[\s-]?\d){6,12})(?![0-9])"
    rf"|(?:电话号?码?|手机号?码?|座机|\b(?:phone|tel|telephone|mobile|cell|call)(?: me)?(?: number| no\.?)?)"
    rf"\s*(?:是|为|is|at|on|:)?\s*(?P<local>\d{{3,4}}[\s-]?\d{{4}})(?!\s?[0-9])"
)

_DASH = r"\s?[-–—−]\s?|\s"
_SAID_DASH = r"\s?(?:dash|hyphen|杠|横杠|横线|减)\s?"
_CASE_WRITTEN = later(
    rf"(?<![0-9a-z])(?P<prefix>[a-z]{{1,2}})(?P<a>{_DASH}|{_SAID_DASH}|)(?P<date>20\d{{6}}|\d{{6}}|20\d\d)"
    rf"(?P<b>{_DASH}|{_SAID_DASH}|)(?P<serial>\d{{3,5}}){_END}"
)
_SHORT_WORDS = frozenset(
    [
        "a",
        "i",
        "is",
        "at",
        "on",
        "to",
        "in",
        "of",
        "no",
        "my",
        "id",
        "it",
        "by",
        "or",
        "am",
        "we",
        "so",
        "an",
        "as",
        "be",
        "do",
        "go",
        "he",
        "if",
        "me",
        "up",
        "us",
        "pm",
    ]
)
_CASE_SPOKEN = later(
    rf"(?<![0-9a-z])(?P<prefix>[a-z]{{1,2}})(?:{_SAID_DASH}|\s)?(?P<spoken>{_DIGIT}(?:(?:{_SAID_DASH}"
    rf"|\s)?{_DIGIT}){{9,13}})(?!{_DIGIT})"
)
_CASE_WORD = (
    r"(?:工单号?码?|单号|报修单号?|报修号|报修编号|受理号|受理编号|编号|流水号|订单号?|预约号|预约单号?|投诉单?号|投诉编号|案件号|申请号|登记号|查询号"
    r"|\b(?:cases?|tickets?)(?: (?:number|no\.?|num|id))?"
    r"|\b(?:work order|order|request|repair|report|reference|ref|booking|complaint|job|service|application"
    r"|visit|confirmation)(?: request)? (?:number|no\.?|num|id|code)"
    r"|\b(?:work orders?|ref\.?|order(?= ?\#)|request(?= ?\#)|job(?= ?\#)|reference))"
)
_CASE_AFTER_WORD = later(
    rf"(?<!in ){_CASE_WORD}\s*(?:码)?\s*(?:就?是|为|叫|is|was|of|:|,|：)?\s*(?:\#|no\.?|number|第)?\s*"
    rf"(?P<no>[a-z]{{0,3}}(?:-?\d){{1,14}}(?:[ -]\d{{3,8}}){{0,2}}|{_DIGIT}(?:\s?{_DIGIT}){{2,13}})"
    r"(?![0-9a-z]|\s?(?:个|天|小时|点|元|块|hour|day|people|week|min|month|[ap]m\b|%|:\d))"
)
# "尾号0017的单子": the last four digits find it, where no card, car or telephone ends so.
_CASE_TAIL = later(
    r"(?:尾号|末四位|后四位|最后四位)(?:是|为|:)?\s?(?P<no>\d{4})(?!\d|的?(?:卡|车|手机|电话|银行))"
    r"|\b(?:ending|ends|that ends)(?: (?:in|with|on))? (?P<en>\d{4})(?!\d)|\blast four(?: digits)?(?: are| is|:)? (?P<last>\d{4})(?!\d)"
)
_NO_CASE_TAIL = later(r"卡|车牌|手机|电话|card|fob|plate|phone|car\b")
_CASE_HASH = later(r"(?<![0-9a-z])#(?P<no>\d{3,5})(?![0-9a-z#-]|楼)")

_CODE = later(rf"{_ALONE}(?<!-)(?P<code>\d{{8}}|\d{{4}}[ ]\d{{4}}|[{HAN_DIGITS}]{{8}})(?![0-9a-z{HAN_DIGITS}-])")
_CODE_WORD = later(r"码|code|pass|pin")
_PHONE_WORD = later(r"电话|手机|phone|tel\b|call")

_SPOKEN_RUN = later(rf"\b(?:{ENGLISH_DIGIT}(?:[ ,-]+|$)){{4,}}")
_PREFIX_BEFORE = later(r"(?<![a-z])([a-z])[ ,.-]*(?:dash[ ,]*)?$")
_CASE_WORD_BEFORE = later(rf"{_CASE_WORD}\s*(?:is|was|of|:|,)?\s*(?:number)?\s*$")
_SPOKEN_DASHES = later(r"\b(?:dash|hyphen)\b[ ,]*")


def _digits(text: str) -> str:
    return han_digits(re.sub(r"[^0-9" + HAN_DIGITS + "]", "", text)) or ""


# A plate spelled out: "s u a seven k two nine one", from a recogniser or a person with the paper in hand.
_SPELLED = later(
    r"\b(?:plates?(?: number)?|reg(?:istration)?(?: number)?|car number|number plate)\s*(?:is|:|,|reads|=)?\s*"
    r"((?:(?:[a-z]{1,2}|jing|yun|liao|hei|xiang|wan|xin|zhe|meng|min|yue|qing|chuan|ning|qiong|\d{1,2}|zero|oh|one|two|three|four|five|six|seven|eight|nine)[ ,.-]+){4,8}"
    r"(?:[a-z]|\d{1,2}|zero|oh|one|two|three|four|five|six|seven|eight|nine))(?![a-z0-9])"
)
_LEAST, _MOST_SIGNS = 5, 9
# Provinces as English mouths and recognisers spell them, where the spelling means one.
_SPELLED_PROVINCES = {
    "JING": "京", "HU": "沪", "YUN": "云", "LIAO": "辽", "HEI": "黑", "XIANG": "湘", "WAN": "皖", "LU": "鲁",
    "XIN": "新", "SU": "苏", "ZHE": "浙", "E": "鄂", "MENG": "蒙", "MIN": "闽", "YUE": "粤", "QING": "青",
    "CHUAN": "川", "NING": "宁", "QIONG": "琼",
}  # fmt: skip
_PROVINCE = later(rf"({'|'.join(_SPELLED_PROVINCES)})(?=[A-Z][A-Z0-9]{{5,6}}$)")
# "hu A12345": the province in letters needs no word before it where all a plate has follows.
_TYPED = later(
    rf"(?<![a-z0-9])(?P<province>{'|'.join(_SPELLED_PROVINCES).lower()})[\s.·•・‧-]?(?P<letter>[a-z])[\s.·•・‧-]?"
    r"(?P<rest>(?=(?:\s?[a-z0-9]){0,5}(?:\s?\d){2})(?:\d[\s.]?|[a-z](?![a-z])){4,5}[a-z0-9])(?![a-z0-9])"
)


def _spelled(text: str) -> Iterator[Entity]:
    for match in _SPELLED.finditer(text):
        signs = "".join(english_digits(word) or word for word in re.findall(r"[a-z0-9]+", match[1]))
        if _LEAST <= len(signs) <= _MOST_SIGNS and sum(map(str.isdigit, signs)) > 1 and not signs.isdigit():
            plate = _PROVINCE.sub(lambda found: _SPELLED_PROVINCES[found[1]], signs.upper(), count=1)
            yield Entity("plate", plate, "", *match.span(1), 0.9)


def _typed(text: str) -> Iterator[Entity]:
    for match in _TYPED.finditer(text):
        signs = _NOT_LETTERS.sub("", match["letter"] + match["rest"]).upper()
        yield Entity("plate", _SPELLED_PROVINCES[match["province"].upper()] + signs, "", *match.span())


def _plates(text: str) -> Iterator[Entity]:
    typed = list(_typed(text))
    yield from typed
    taken: list[tuple[int, int]] = [(found.start, found.end) for found in typed]
    for match in _PLATE.finditer(text):
        tail = "".join(han_digits(char) or char for char in _NOT_LETTERS.sub("", match[3]))
        if not any(map(str.isdigit, tail)):
            continue  # "苏A three two …": a word of a plate that is spelled out
        taken.append(match.span())
        yield Entity("plate", (match[1] + match[2] + tail).upper(), "", *match.span())
    said = [one for one in find_spelled_plates(text) if not _overlaps((one.start, one.end), taken)]
    yield from said
    if said or ("plate" not in text and "牌" not in text and "reg" not in text):
        return
    spelled = list(_spelled(text))
    yield from spelled
    if spelled:
        return
    for match in _PLATE_WORD.finditer(text):
        start, end = match.span(1)
        surface = _NO_PLATE_TAIL.sub("", match[1])
        end = start + len(surface)
        # Short ones too where they cannot be anything else: the flow says that they are no plate.
        written = len(surface) >= 4 or not surface.isascii() or text[start - 1] in "牌照号是为"
        if written and not any(start < b and a < end for a, b in taken):
            yield Entity("plate", re.sub(r"[\s.]", "", surface).upper(), "", start, end, 0.9)


def _written_case(match: re.Match[str]) -> str:
    """Dashes that were written stay; a said "dash" and every space go."""
    dashes = ["-" if re.search(r"[-–—−]", match[gap]) else "" for gap in ("a", "b")]
    return f"{match['prefix']}{dashes[0]}{match['date']}{dashes[1]}{match['serial']}".upper()


def _case_value(said: str) -> str:
    """ "7" after a case word is 0007, as the number is printed."""
    spoken = han_digits(said.replace(" ", ""))
    value = spoken if spoken is not None else said.replace(" ", "").upper()
    return value.zfill(4) if value.isdigit() else value


def _cases(text: str) -> Iterator[Entity]:
    spans: list[tuple[int, int]] = []
    for match in _CASE_WRITTEN.finditer(text):
        if match["prefix"] in _SHORT_WORDS and not re.search(r"[-–—−]", match["a"]):
            continue
        if match["a"] + match["b"] or len(match["date"]) == 8 or len(match["serial"]) == 4:
            spans.append(match.span())
            yield Entity("case_no", _written_case(match), "", *match.span())
    for match in _CASE_SPOKEN.finditer(text):
        value = match["prefix"].upper() + _digits(match["spoken"])
        if not _overlaps(match.span(), spans) and re.match(r"[A-Z]+20", value):
            spans.append(match.span())
            yield Entity("case_no", value, "", *match.span())
    for pattern in (_CASE_AFTER_WORD, _CASE_HASH):
        for match in pattern.finditer(text):
            if not _overlaps(match.span("no"), spans):
                spans.append(match.span("no"))
                yield Entity("case_no", _case_value(match["no"]), "", *match.span("no"))


def _tails(text: str) -> Iterator[Entity]:
    if _NO_CASE_TAIL.search(text):
        return
    for match in _CASE_TAIL.finditer(text):
        group = match.lastgroup or "no"
        yield Entity("case_no", match[group], "", *match.span(group), 0.9)


def _overlaps(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in spans)


def _phones(text: str) -> Iterator[Entity]:
    for match in _PHONE.finditer(text):
        group = match.lastgroup or "mobile"
        digits = _digits(match[group])
        if group == "abroad":
            digits = f"+{digits}"
        start = match.start("local") if group == "local" else match.start()
        yield Entity("phone", digits, "", start, match.end())


def _codes(text: str) -> Iterator[Entity]:
    for match in _CODE.finditer(text):
        digits = _digits(match["code"])
        before = text[max(0, match.start() - 16) : match.start()]
        said = _CODE_WORD.search(before) is not None
        if not said and (_DATE.fullmatch(digits) or _PHONE_WORD.search(before)):
            continue
        yield Entity("pass_code", digits, "", *match.span(), 1.0 if said else 0.8)


def _spoken_english(text: str) -> Iterator[Entity]:
    """ "one three eight ..." is a telephone number, a case number after its letter, or a pass code of eight."""
    masked = _SPOKEN_DASHES.sub(lambda match: " " * len(match.group()), text)
    for match in _SPOKEN_RUN.finditer(masked):
        digits = english_digits(match.group())
        start, end = match.start(), match.start() + len(match.group().rstrip(" ,-"))
        before = text[:start]
        prefix = _PREFIX_BEFORE.search(before)
        if prefix and digits.startswith("20") and len(digits) > 8:
            yield Entity("case_no", prefix[1].upper() + digits, "", prefix.start(1), end)
        elif _CASE_WORD_BEFORE.search(before):
            yield Entity("case_no", digits.zfill(4), "", start, end)
        elif len(digits) == 11 and digits[0] == "1":
            yield Entity("phone", digits, "", start, end)
        elif len(digits) == 8 and not _PHONE_WORD.search(before[-16:]):
            yield Entity("pass_code", digits, "", start, end, 0.9)


def find_identifiers(text: str) -> Iterator[Entity]:
    """Of the folded text; surfaces are filled in by the caller. Spans may overlap: the caller ranks kinds."""
    yield from _plates(text)
    yield from _cases(text)
    yield from _tails(text)
    yield from _phones(text)
    yield from _codes(text)
    if "one" in text or "zero" in text or "two" in text:
        yield from _spoken_english(text)
