"""Finds amounts of money, said or written, and leaves every other number alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.contract.understanding import Entity
from intents.entities.numerals import parse_number
from intents.entities.spoken import ENGLISH_LARGE, ENGLISH_NUMBER, english_number

_HAN = r"[零〇一二三四五六七八九十百千万两]"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?"
_UNIT = (
    r"(?:元钱?|块钱|块(?![儿地板砖玻布肉儿头])|人民币|圆|rmb\b|cny\b|yuan\b|kuai\b|renminbi\b|quai\b|bucks\b"
    r"|dollars?\b)"
)
_FREE = r"(?<![0-9.,:#-])"

_MARKED = re.compile(rf"(?:[¥￥]|(?<![a-z])(?:rmb|cny))\s?({_ARABIC})(?:\s?([万千k])(?![a-z]))?")
_WITH_UNIT = re.compile(
    rf"(?P<number>{_FREE}(?:{_ARABIC})(?:\s?[万千百](?:{_HAN}|\d){{0,4}}|k)?|{_HAN}{{1,9}})\s?(?:多|来)?{_UNIT}"
    r"(?:零?(?P<jiao>[1-9一二三四五六七八九])(?:(?P<mao>[毛角])"
    r"|(?![0-9个小时点分张次人月号]))(?:(?P<fen>[1-9一二三四五六七八九])分?)?)?(?P<half>半)?"
)
_PAY = (
    r"(?:充值|充|缴费|缴纳|缴|交费|交|付款|付|存|转账|转|预存|续费|续|打|支付|买|"
    r"\b(?:pay|paying|top up|top[- ]?up(?: of)?|recharge|add|deposit|put in|put|prepay|load|transfer)"
    r"(?: (?:with|it|my meter|the meter|it up|by|me|up|in|just|only|another|about|electricity|electric"
    r"|power|gas|water|my electricity|my gas|my power|my water))*)"
)
_AFTER_PAY = re.compile(
    rf"{_PAY}\s?(?:个|进|上|了|一下|点|入|,)?\s?(?:电费?|水费?|气费?|燃气费?|话费)?\s?(?P<number>{_FREE}(?:{_ARABIC})"
    rf"|{_HAN}{{2,9}}|{ENGLISH_LARGE}|(?:{ENGLISH_NUMBER})(?= (?:on|to|into|for)\b))"
    r"(?![0-9a-z:/.#-]|\s?(?:月|号|日|点|个|人|小时|天|年|栋|幢|座|楼|单元|室|度|吨|方|次|份|张|期|季|户|家|平|%|位|kwh|months?|units?"
    r"|bills?|hours?|people|days?|years?|degrees|guests?|fees?)|'s|th\b|st\b|nd\b)"
)
_FEE_THEN_NUMBER = re.compile(
    rf"(?:电费|水费|燃气费|煤气费|物业费|停车费|电|燃气)(?:交|充|缴|付|存|买)(?:个|上|了)?\s?(?P<number>{_ARABIC}"
    rf"|{_HAN}{{2,9}})(?![0-9度吨方月号日点个])"
)
_BARE_HAN = re.compile(
    rf"(?<!第)(?P<number>(?:[一二三四五六七八九两]|\d{{1,4}}(?:\.\d)?\s?(?=万))(?:[十百千万]|{_HAN})*[万千百](?:{_HAN}+"
    r"|\d)?)(?=$|[\s,.!?。!?、吧了啊呢哈呀]|左右|的?电费|的?水费|的?物业费)"
)
_BARE_CENTS = re.compile(rf"{_FREE}(?P<number>\d{{3,6}}\.\d{{2}})(?![0-9.:%a-z-])")
_ENGLISH = re.compile(
    rf"\b(?P<number>{ENGLISH_LARGE}|{ENGLISH_NUMBER})\s{_UNIT}(?: and (?P<cents>{ENGLISH_NUMBER}) (?:jiao"
    r"|mao))?"
)
_HOME = re.compile(r"\d{1,2}(?:0[1-9]|1[12])")

_SCALE = {"万": 10_000, "千": 1_000, "百": 100, "k": 1_000}
_SCALED = re.compile(r"([\d.,]+)\s?([万千百k])(.*)")


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
            yield Entity("amount", _tidy(Decimal(value) + Decimal(cents or 0) / 10), "", *match.span())


def find_amounts(text: str) -> Iterator[Entity]:
    """Of the folded text, the surest first; a later one that overlaps an earlier one is to be dropped."""
    yield from _marked(text)
    yield from _with_unit(text)
    yield from _english(text)
    yield from _bare(_AFTER_PAY, text, 0.9)
    yield from _bare(_FEE_THEN_NUMBER, text, 0.9)
    yield from _bare(_BARE_HAN, text, 0.8)
    yield from _bare(_BARE_CENTS, text, 0.8)
