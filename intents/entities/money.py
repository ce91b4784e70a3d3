"""Finds amounts of money, said or written, and leaves every other number alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.contract.understanding import Entity
from intents.entities.numerals import parse_number
from intents.entities.spoken import ENGLISH_DIGIT, ENGLISH_LARGE, ENGLISH_NUMBER, english_digits, english_number
from intents.patterns import later

_HAN = r"[零〇一二三四五六七八九十百千万两]"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?"
_TENS = "(?:ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_DIGIT = "(?:one|two|three|four|five|six|seven|eight|nine)"
_UNIT = (
    r"(?:元钱?|块钱|块(?![儿地板砖玻布肉儿头])|人民币|圆|rmb\b|cny\b|yuan\b|kuai\b|renminbi\b|quai\b|bucks\b"
    r"|dollars?\b)"
)
_FREE = r"(?<![0-9.,:#-])"

_MARKED = later(rf"(?:[¥￥]|(?<![a-z])(?:rmb|cny))\s?({_ARABIC})(?:\s?([万千k])(?![a-z]))?")
_WITH_UNIT = later(
    rf"(?P<number>{_FREE}(?:{_ARABIC})(?:\s?[万千百](?:{_HAN}|\d){{0,4}}|k)?|{_HAN}{{1,9}})\s?(?:多|来)?{_UNIT}"
    r"(?:零?(?P<jiao>[1-9一二三四五六七八九])(?:(?P<mao>[毛角])"
    r"|(?![0-9个小时点分张次人月号]))(?:(?P<fen>[1-9一二三四五六七八九])分?)?)?(?P<half>半)?"
)
_PAY = (
    r"(?:充值|充|冲|缴费|缴纳|缴|交费|交|付款|付|存|转账|转|预存|续费|续|打|支付|买|"
    r"\b(?:pay|paying|paid|topped up|recharged|loaded|added|top up|top[- ]?up(?: of)?|recharge|add|deposit|put in|put|prepay|load|transfer)"
    r"(?> (?:with|it up|it|my meter|the meter|by|me|up|in|just|only|another|about|electricity|electric"
    r"|power|gas|water|my electricity|my gas|my power|my water))*)"
)
_AFTER_PAY = later(
    rf"{_PAY}\s?(?:个|进|上|了|一下|点|入|,)?\s?(?:电费?|水费?|气费?|燃气费?|话费)?\s?(?P<number>{_FREE}(?:{_ARABIC})"
    rf"|{_HAN}{{2,9}}|{ENGLISH_LARGE}|(?:{ENGLISH_NUMBER})(?= (?:on|to|into|for)\b))"
    r"(?![0-9a-z:/.#-]|\s?(?:月|号|日|点|个|人|小时|天|年|栋|幢|座|楼|单元|室|度|吨|方|次|份|张|期|季|户|家|平|%|位|kwh|months?|units?"
    r"|bills?|hours?|people|days?|years?|degrees|guests?|fees?)|'s|th\b|st\b|nd\b)"
)
_FEE_THEN_NUMBER = later(
    rf"(?:电费|水费|燃气费|煤气费|物业费|停车费|电|燃气)(?:交|充|缴|付|存|买)(?:个|上|了)?\s?(?P<number>{_ARABIC}"
    rf"|{_HAN}{{2,9}})(?![0-9度吨方月号日点个])"
)
_BARE_HAN = later(
    rf"(?<!第)(?P<number>(?:[一二三四五六七八九两]|\d{{1,4}}(?:\.\d)?\s?(?=万))(?:[十百千万]|{_HAN})*[万千百](?:{_HAN}+"
    r"|\d)?)(?=$|[\s,.!?。!?、吧了啊呢哈呀]|左右|的?电费|的?水费|的?物业费)"
)
# "充-50", "负一百块": below zero stays so, and the flow says why that cannot be.
_BELOW = later(
    rf"(?:(?<![\w.)\]/-])(?<!\w\s)[-−]\s?(?P<a>{_ARABIC})|(?<=[充交缴付存费])[-−](?P<c>{_ARABIC})|负\s?(?P<h>{_HAN}{{1,9}}|{_ARABIC})"
    rf"|\b(?:minus|negative)\s(?P<e>{ENGLISH_LARGE}|{ENGLISH_NUMBER}|{_ARABIC}))(?:\s?{_UNIT})?(?!\s?[层楼度℃\d-])"
)
_BELOW_MARK = later(r"[-−负]|minus|negative")
_MAY_PAY = later(r"[充交缴付存费钱块元]|pay|top|bill|fee|yuan|kuai|rmb|meter|electric|water|gas")
# "电卡，100", "气费86块5": a number right after what is paid.
_AFTER_THING = later(
    rf"(?:[电水气]费|[电水气](?:卡|表)|物业费|管理费|停车费|车位费|车费|煤气费?|燃气费?|[电水气]费)[,:、\s]?\s?(?P<number>{_FREE}{_ARABIC}|{_HAN}{{2,9}})"
    r"(?=$|[,.!?。吧呗哈啊])"
)
# "4月到6月一共900": a sum is told by its word, where a fee is spoken of.
_SUM = later(
    rf"[费电水气缴付账][^。!?]{{0,24}}?(?:一共|总共|共|合计|总计|加起来)(?:是|要|交)?\s?(?P<number>{_ARABIC}|{_HAN}{{2,9}})"
    r"(?=$|[,.!?。吧吗啊])"
)
# "水费不是五十，是八十": both are sums, by the word before them.
_DENIED = later(
    rf"[费电水气账][^,]{{0,4}}不是\s?(?:{_ARABIC}|{_HAN}{{2,9}})(?:块|元)?[,，]?\s?(?:而?是|应该是)\s?(?P<number>{_ARABIC}|{_HAN}{{2,9}})"
    r"(?=$|[,.!?。吧啊])"
)
_DENIED_EN = later(
    rf"\bnot (?:{ENGLISH_LARGE}|{ENGLISH_NUMBER}|{_ARABIC})(?: yuan| kuai)?,? (?:but|it's|rather) "
    rf"(?P<number>{ENGLISH_LARGE}|{ENGLISH_NUMBER}|{_ARABIC})(?! (?:people|guests|hours))"
)
_THING = r"(?:gas|water|power|electric(?:ity)?|parking|management|property|meter|service charge|fees?|bill|card)(?: (?:bill|fee|charge|card|meter))?"
_ENGLISH_FEE = later(rf"\b{_THING}\b|\bmaintenance\b|\btop(?:ping)?[- ]?up\b|\brecharge\b|\bprepay\b|\bpay(?:ing)?\b")
# Where a fee is spoken of, a large number in words is money, and so is a small one that is said to do, or is put on.
_ENGLISH_BARE = later(
    rf"\b(?P<number>(?:{ENGLISH_LARGE}|(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{{1,2}}) grand\b))"
    r"(?! (?:people|guests|square|kwh|units|degrees|days|hours|meters|metres|and \d))"
    rf"|\b(?P<small>{ENGLISH_NUMBER}|{_ARABIC})(?= (?:altogether|in total|in all|all in|will do|would do|should do|is enough|is fine|(?:on|to|onto|into|for|towards?) (?:the |my |our )?{_THING}\b))"
)
_ENGLISH_THING_FIRST = later(rf"\b{_THING}[,:]? (?:of )?(?P<number>{_FREE}{_ARABIC})(?=\s*$|[,!?]|\.\s|\.$| please)")
# "one fifty", "two twenty": how people say 150 and 220; "eighty six fifty" is 86.50.
_SHORT = later(
    rf"\b(?P<hundreds>{_DIGIT}) (?P<rest>{_TENS}(?:[- ]{_DIGIT})?)\b(?! (?:people|guests|past|pm|am|minutes|o'clock))"
    rf"|\b(?P<yuan>{_TENS}[- ]{_DIGIT}) (?P<cents>{_TENS}(?:[- ]{_DIGIT})?)\b(?! (?:people|guests|pm|am))"
)
_BARE_CENTS = later(rf"{_FREE}(?P<number>(?:\d{{3,6}}|\d{{1,3}}(?:,\d{{3}})+)\.\d{{2}})(?![0-9.:%a-z-])")
_ENGLISH = later(
    rf"\b(?P<number>{ENGLISH_LARGE}|{ENGLISH_NUMBER})(?: point (?P<point>{ENGLISH_DIGIT}(?: {ENGLISH_DIGIT})?))?\s{_UNIT}(?: and (?P<cents>{ENGLISH_NUMBER}) (?:jiao"
    rf"|mao)| (?:and )?(?P<fen>(?:{_TENS})(?:[- ]{_DIGIT})?)(?= (?:cents|fen)|[,.]|$))?"
)
_HOME = later(r"\d{1,2}(?:0[1-9]|1[12])")

_SCALE = {"万": 10_000, "千": 1_000, "百": 100, "k": 1_000}
_SCALED = later(r"([\d.,]+)\s?([万千百k])(.*)")


def _number(said: str) -> Decimal | None:
    """ "1,200", "1.2万", "1万2", "3k", "三百二十七"; None when it is no number after all."""
    plain = said.replace(",", "").replace(" ", "")
    scaled = _SCALED.fullmatch(plain)
    if scaled is None:
        if plain.replace(".", "", 1).isdigit():
            return Decimal(plain)
        value = parse_number(plain)
        return None if value is None else Decimal(value)
    head, scale, rest = Decimal(scaled[1]), _SCALE[scaled[2]], scaled[3]
    tail = Decimal(0)
    if rest:
        value = Decimal(rest) if rest.isdigit() else parse_number(rest)
        if value is None:
            return None
        # "1万2" means 12,000: a lone digit counts the next smaller unit.
        tail = Decimal(value) * (scale // 10 if len(rest) == 1 else 1)
    return head * scale + tail


def _small(digit: str | None) -> Decimal:
    value = parse_number(digit) if digit else None
    return Decimal(value) if value is not None else Decimal(0)


def _with_unit(text: str) -> Iterator[Entity]:
    for match in _WITH_UNIT.finditer(text):
        value = _number(match["number"])
        # "a piece" of something, not one yuan.
        if value is None or match.group() == "一块":
            continue
        value += _small(match["jiao"]) / 10 + _small(match["fen"]) / 100
        if match["half"]:
            value += Decimal("0.5")
        yield Entity("amount", _tidy(value), "", *match.span())


def _tidy(value: Decimal) -> Decimal:
    """Cents as said, without a tail of zeros that nobody said."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _marked(text: str) -> Iterator[Entity]:
    for match in _MARKED.finditer(text):
        value = Decimal(match[1].replace(",", "")) * _SCALE.get(match[2] or "", 1)
        yield Entity("amount", _tidy(value), "", *match.span())


def _bare(pattern: re.Pattern[str], text: str, confidence: float) -> Iterator[Entity]:
    for match in pattern.finditer(text):
        said = match["number"]
        value = english_number(said) if said[0].isascii() and said[0].isalpha() else _number(said)
        home = _HOME.fullmatch(said) and text.startswith("的", match.end())
        if value is not None and not home:
            yield Entity("amount", _tidy(Decimal(value)), "", *match.span("number"), confidence)


def _english(text: str) -> Iterator[Entity]:
    for match in _ENGLISH.finditer(text):
        value = english_number(match["number"])
        if value is not None:
            cents = english_number(match["cents"]) if match["cents"] else None
            part = Decimal(f"0.{english_digits(match['point'])}") if match["point"] else Decimal(0)
            part += Decimal(english_number(match["fen"]) or 0) / 100 if match["fen"] else 0
            yield Entity("amount", _tidy(Decimal(value) + part + Decimal(cents or 0) / 10), "", *match.span())


def _below_zero(text: str) -> Iterator[Entity]:
    if _BELOW_MARK.search(text) is None or _MAY_PAY.search(text) is None:
        return
    for match in _BELOW.finditer(text):
        said = match["a"] or match["c"] or match["h"] or match["e"]
        value = english_number(said) if said[0].isascii() and said[0].isalpha() else _number(said)
        if value:
            yield Entity("amount", -_tidy(Decimal(value)), "", *match.span())


def _words(text: str) -> Iterator[Entity]:
    """English amounts without a unit, only where something is paid."""
    if _ENGLISH_FEE.search(text) is None:
        return
    for match in _SHORT.finditer(text):
        if match["hundreds"]:
            value = Decimal((english_number(match["hundreds"]) or 0) * 100 + (english_number(match["rest"]) or 0))
        else:
            value = Decimal(english_number(match["yuan"]) or 0) + Decimal(english_number(match["cents"]) or 0) / 100
        yield Entity("amount", _tidy(value), "", *match.span(), 0.8)
    yield from _bare(_ENGLISH_THING_FIRST, text, 0.8)
    yield from _bare(_DENIED_EN, text, 0.8)
    for match in _ENGLISH_BARE.finditer(text):
        name = "number" if match["number"] else "small"
        said = match[name]
        found = _number(said) if said[0].isdigit() and "grand" not in said else english_number(said)
        if said[0].isdigit() and "grand" in said:
            found = Decimal(said.split()[0]) * 1000
        if found is not None:
            yield Entity("amount", _tidy(Decimal(found)), "", *match.span(name), 0.8)


def find_amounts(text: str) -> Iterator[Entity]:
    """Of the folded text, the surest first; a later one that overlaps an earlier one is to be dropped."""
    yield from _below_zero(text)
    yield from _marked(text)
    yield from _with_unit(text)
    yield from _english(text)
    yield from _bare(_AFTER_PAY, text, 0.9)
    yield from _bare(_FEE_THEN_NUMBER, text, 0.9)
    yield from _bare(_AFTER_THING, text, 0.8)
    yield from _bare(_SUM, text, 0.8)
    yield from _bare(_DENIED, text, 0.8)
    yield from _bare(_BARE_HAN, text, 0.8)
    yield from _bare(_BARE_CENTS, text, 0.8)
    yield from _words(text)
