"""Finds the month that a bill or a fee belongs to, as YYYY-MM."""

from __future__ import annotations

import re
from datetime import datetime

from bot.contract.understanding import Entity
from intents.entities.numerals import parse_number
from intents.normalise import fold
from intents.patterns import later

_HAN = later(
    r"(?P<back>上上个?月|前个月|上一?个?月|上月)(?!\s?[一二三\d])(?!以来)"
    r"|(?P<this>本月|这个月|这月|当月|今个?月)(?!\s?[一二三\d]+[号日])"
    r"|(?P<next>下个?月)(?!\s?[一二三\d初底中])"
    r"|(?P<iso>20\d\d)[-/.年](?P<isomonth>1[0-2]|0?[1-9])(?:月份?)?(?![-/.\d月])"
    r"|(?:(?P<year>去年|前年|今年|明年|\d{2,4}年|二[零〇][一二三四五六七八九零〇]{2}年)(?:的)?)?(?P<month>(?<!\d)(?:1[0-2]|0?[1-9])"
    r"|十[一二]?|(?<![十个上下])[一二三四五六七八九])月份?"
    r"(?!\s?(?:[\d一二三四五六七八九十]{1,3}[号日.]|\d|初|底|中旬|上旬|下旬|嫂|子|饼|卡))(?P<range>\s?(?:到|至|-|~)\s?(?:1[0-2]"
    r"|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?!\s?(?:\d{1,2}(?:st|nd|rd|th)?\b(?!\d)|the \d))"
_BILL = (
    r"(?='s\b|\s(?:bills?|fees?|charges?|statement|invoice|payment|water|gas|electric|electricity|property"
    r"|parking|power|management|maintenance|rent|20\d\d)\b)"
)
_ENGLISH = later(
    r"\b(?:(?P<back2>(?:the )?month before last)|(?P<back>(?:last|previous|past|the last) month)"
    r"|(?P<this>(?:this|current|the current) month)|(?P<next>next month)"
    r"|(?P<year>last|this"
    rf"|next)?\s?(?<!\d )(?<!th )(?<!th of )(?<!st of )(?<!nd of )(?<!rd of )"
    rf"(?P<month>{_NAMES})\b\.?(?:,?\s?(?:of )?(?P<full>20\d\d"
    rf"|last year|this year))?{_DAY})"
)
_MAY_ENGLISH = later(r"m(?:onth|ar|ay)|j(?:an|u[nl])|feb|a(?:pr|ug)|sep|oct|nov|dec")
_MODAL = later(rf"(?:may|march|mar)\b{_BILL}|(?:may|march|mar),? (?:of )?(?:20\d\d|last year)")
_MODAL_BEFORE = later(r"\b(?:for|in|of|since|from|last|during)\s$")
_SLASHED = later(r"(?<![\d/.-])(?P<month>1[0-2]|0?[1-9])/(?P<year>20\d\d)(?![\d/-])")


def _shift(now: datetime, months: int) -> str:
    index = now.year * 12 + now.month - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _nearest(month: int, now: datetime) -> str:
    """Bills look back; only the two months ahead may be meant as a payment in advance."""
    ahead = (month - now.month) % 12
    return _shift(now, ahead if ahead <= 2 else ahead - 12)


def _dated(month: int, year: str | None, now: datetime) -> str | None:
    if not 1 <= month <= 12:
        return None
    if not year:
        return _nearest(month, now)
    said = year.rstrip("年")
    shift = {
        "去": -1,
        "last": -1,
        "last year": -1,
        "前": -2,
        "今": 0,
        "this": 0,
        "this year": 0,
        "明": 1,
        "next": 1,
    }
    if said in shift:
        if said in {"last", "next"}:
            # "last October" is the latest one that is over, "next March" the first to come.
            ahead = (month - now.month) % 12
            return _shift(now, (ahead - 12) if said == "last" else (ahead or 12))
        return f"{now.year + shift[said]:04d}-{month:02d}"
    value = parse_number(said)
    if value is None:
        return None
    number = int(value)
    return f"{number + 2000 if number < 100 else number:04d}-{month:02d}"


def _relative(match: re.Match[str], now: datetime) -> str | None:
    groups = match.groupdict()
    if groups.get("back2"):
        return _shift(now, -2)
    if groups.get("back"):
        return _shift(now, -2 if match["back"].startswith(("上上", "前")) else -1)
    if groups.get("this"):
        return _shift(now, 0)
    return _shift(now, 1) if groups.get("next") else None


def _han(match: re.Match[str], now: datetime) -> str | None:
    if match["iso"]:
        return f"{match['iso']}-{int(match['isomonth']):02d}"
    if not match["month"]:
        return _relative(match, now)
    month = parse_number(match["month"])
    return _dated(int(month), match["year"], now) if month is not None else None


def _english(match: re.Match[str], text: str, now: datetime) -> str | None:
    name = match["month"]
    if not name:
        return _relative(match, now)
    if name in {"may", "march", "mar"}:
        before = _MODAL_BEFORE.search(text[: match.start("month")])
        if not before and not _MODAL.match(text, match.start("month")):
            return None
    return _dated(_MONTHS[name], match["full"] or match["year"], now)


def find_periods(text: str, now: datetime) -> list[Entity]:
    """Months by their order in the text; of a range ("8月到10月") the first."""
    folded = fold(text)
    found: list[tuple[str | None, int, int]] = []
    if "月" in folded or "20" in folded:
        found += [(_han(match, now), *match.span()) for match in _HAN.finditer(folded)]
        found += [(f"{match['year']}-{int(match['month']):02d}", *match.span()) for match in _SLASHED.finditer(folded)]
    if _MAY_ENGLISH.search(folded):
        found += [(_english(match, folded, now), *match.span()) for match in _ENGLISH.finditer(folded)]
    if not found:
        return []
    return [
        Entity(
            "period",
            value,
            text[start:end].strip(),
            start + len(text[start:end]) - len(text[start:end].lstrip()),
            end,
        )
        for value, start, end in sorted(found, key=lambda item: item[1])
        if value is not None
    ]
