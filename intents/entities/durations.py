"""Finds how many hours are wished, as of a cleaner; a duration that is over, or says when, is none."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot.contract.understanding import Entity
from intents.entities.numerals import parse_number
from intents.entities.spoken import ENGLISH_NUMBER, english_number
from intents.patterns import later

_HOURS_HAN = later(
    r"(?<![第每\d.:几过块元钱/])(?P<n>半|\d{1,2}(?:\.\d)?|[一二三四五六七八九十两俩仨]{1,3})(?:[-到至~](?P<to>\d{1,2}"
    r"|[一二三四五六七八九十两]{1,3}))?"
    r"\s?(?P<half>个半)?个?(?P<mid>半)?(?:小时|钟头|小時|鐘頭|(?<=个)钟(?=$|[,，。!！ ])|h(?![a-z0-9]))(?P<after>半)?(?!以?之?[后内前]|了|就(?!够|行|可以|好|成)|才|没|不|没有|热线"
    r"|服务|营业|开放|工时|(?:是|要|得)?(?:多少钱|几块|什么价|啥价|怎么收|咋收))"
)
_HALF_DAY = later(r"(?<![了等])(?:半天|半个工作日)(?!没|都|不|了|也|才)|\bhalf a day\b|\bhalf[- ]day\b")
_WORKED = 4
_MINUTES_HAN = later(
    r"(?<![第每\d.:])(?P<n>\d{2,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|九十)\s?分钟(?!以?之?[后内前]|了|就|才|没|一次)"
)
_HALF_EN = later(
    r"\b(?:for |about |around )?(?P<half>half an hour|half hour|a half hour)\b"
    rf"|\b(?P<n>\d{{1,2}}(?:\.\d{{1,2}})?|an|one|a couple of|{ENGLISH_NUMBER})(?:\s?(?:-|to|or)\s?(?P<to>\d{{1,2}}"
    rf"|{ENGLISH_NUMBER}))?"
    r"(?P<and>\s+and (?:a|one) half)?[\s-]?(?:hours?|hrs?|h)\b(?P<after>\s+and (?:a|one) half"
    rf"|\s+and a quarter)?|\b(?P<min>\d{{2,3}}|thirty|forty[- ]five|ninety)[\s-]?(?:minutes?|mins?)\b"
)
_NO_SPAN_BEFORE = later(
    r"(?:\bin|within|last|past|every|per|after|each|been|since|next|previous|already|took|waited"
    r"|waiting(?: for)?|been [a-z]+ for|ago)\s+(?:the\s+)?(?:(?:last|past|next|about|over|for|around|almost"
    r"|nearly)\s+)*(?:a\s+)?$"
)
_NO_SPAN_AFTER = later(
    r"\s*(?:ago|later|earlier|before|late|from now|now\b|already|after|notice|old|service|hotline|away)"
)
_BEEN_FOR = later(r"(?:been|has|have|was|were|out|off|gone)\b[^,.]{0,30}\bfor\s+(?:about |over |almost |nearly )?$")


def _entity(value: int | Decimal | None, span: tuple[int, int], confidence: float = 1.0) -> Iterator[Entity]:
    if value is not None:
        yield Entity("hours", value, "", *span, confidence)


def _hours_han(text: str) -> Iterator[Entity]:
    for match in _HOURS_HAN.finditer(text):
        said = match["n"]
        # "两三个小时" is two or three: time enough is planned.
        said = said[-1] if len(said) > 1 and not set(said) & set("十1234567890.") else said
        number = Decimal("0.5") if said == "半" else parse_number(said)
        if number is not None:
            halves = Decimal("0.5") if match["half"] or match["mid"] or match["after"] else 0
            yield from _entity(_plain(number + halves), match.span())
    for match in _MINUTES_HAN.finditer(text):
        number = parse_number(match["n"])
        yield from _entity(_plain(Decimal(number) / 60) if number else None, match.span(), 0.9)


def _plain(value: int | Decimal) -> int | Decimal:
    return int(value) if value == int(value) else Decimal(value)


def _hours_english(text: str) -> Iterator[Entity]:
    for match in _HALF_EN.finditer(text):
        before = text[max(0, match.start() - 48) : match.start()]
        if _NO_SPAN_BEFORE.search(before) or _BEEN_FOR.search(before) or _NO_SPAN_AFTER.match(text, match.end()):
            continue
        if match["half"]:
            yield from _entity(Decimal("0.5"), match.span())
        elif match["min"]:
            minutes = english_number(match["min"])
            yield from _entity(_plain(Decimal(minutes) / 60) if minutes else None, match.span(), 0.9)
        else:
            said = match["n"]
            number = Decimal(said) if said[0].isdigit() else 2 if said == "a couple of" else english_number(said)
            extra = match["and"] or match["after"] or ""
            more = Decimal("0.5") if "half" in extra else Decimal("0.25") if extra else 0
            yield from _entity(_plain(number + more) if number else None, match.span())


def find_hours(text: str) -> Iterator[Entity]:
    """Of the folded text; half a day is half a working day."""
    for match in _HALF_DAY.finditer(text):
        yield from _entity(_WORKED, match.span(), 0.8)
    if not text.isascii() and ("时" in text or "钟" in text or "h" in text):
        yield from _hours_han(text)
    if "h" in text or "min" in text:
        yield from _hours_english(text)
