"""Finds visits that repeat: "every Tuesday and Friday at six till the end of the year", with days, hour and end.

The value is written as `BYDAY=TU,FR;TIME=18:00;UNTIL=2026-12-31`; `PART=evening` stands where no hour was said.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from bot.contract.understanding import Entity, When
from intents.entities.numerals import parse_number
from intents.entities.spoken import english_number
from intents.entities.times import find_times
from intents.normalise import fold
from intents.patterns import later

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HAN_DAY = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "末": 7,
    **{str(n): n - 1 for n in range(1, 8)},
}
_EN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAY = later(r"每|天天|工作日|周[一二三四五六1-6]到周|every|each|daily|weekdays|days\b|mon\S* (?:to|-) fri|-fri")
_WEEK = r"(?:周|星期|礼拜)"
_HAN = later(
    rf"(?:每|逢)+(?:个|到)?{_WEEK}(?P<first>[一二三四五六日天末1-7](?:[、,，和跟与及到至-]?\s?{_WEEK}?[一二三四五六日天1-7](?![点:：号月日个位人]))*)"
    rf"|(?P<all>每天|天天|每日|每(?=晚|早))|每?(?:个)?(?P<work>工作日)(?=.*(?:都|每|来))|{_WEEK}(?P<span>[一二三四五六1-6](?:到|至|-){_WEEK}?[二三四五六日天2-7])(?=.*(?:都|每|天天|来))"
)
_EN_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_EN = later(
    rf"\b(?:(?:every|each)\s+(?P<days>{_EN_DAY}(?>(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+|\s*&\s*)(?:every\s+)?{_EN_DAY})*)"
    r"|(?:every|each)\s+(?P<week>weekday|weekend|day|working day|workday|morning|afternoon|evening|night)"
    r"|(?P<daily>daily|weekdays|weekends)"
    rf"|(?P<from>{_EN_DAY})\s?(?:to|till|through|-|–)\s?(?P<to>{_EN_DAY})"
    r"|(?P<many>(?:mon|tues|wednes|thurs|fri|satur|sun)days(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)(?:mon|tues|wednes|thurs|fri|satur|sun)days)*))\b"
)
_UNTIL = later(
    r"(?:一直|直)?(?:到|至|截止到?)(?!周|星期|门|家|楼|达|东|南|西|北|大门)|\b(?:until|till|til|through|up to|ending)\s+"
)
_END_OF = later(
    r"\s?(?:(?P<year>年底|今年底|年末|(?:the )?end of (?:the |this )?year|the year['’]?s end|year end)|(?P<new>元旦|新年|new year(?:['’]?s)?(?: day| eve)?)"
    r"|(?P<xmas>圣诞节?|christmas)|(?P<next>明年年?底|(?:the )?end of next year)|(?P<month>(?:这个|本)?月底|(?:the )?end of (?:the |this )?month)"
    r"|(?P<nextmonth>下个?月底|(?:the )?end of next month)|(?P<named>(?P<n>\d{1,2}|[一二三四五六七八九十]{1,2})月底|(?:the )?end of (?P<word>[a-z]{3,9})))"
)
_FOR = later(
    r"(?:来|连续|一共|共|为期|未来|接下来|持续|,|，|\s)(?P<n>\d{1,2}|[一二两三四五六七八九十半]{1,2})个?(?P<unit>周|星期|礼拜|月|年)(?![一二三四五六日末底])"
    r"|\bfor (?:the next |a |about )?(?P<en>\d{1,2}|one|two|three|four|five|six|eight|ten|twelve|)\s?(?P<enunit>weeks?|months?|years?)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def find_recurring(text: str, now: datetime) -> list[Entity]:
    """At most one entity `recurring`, whose span covers the days as said."""
    folded = fold(text)
    if _MAY.search(folded) is None:
        return []
    match, days = _days(folded)
    if match is None or not days:
        return []
    fields = [f"BYDAY={','.join(_CODES[day] for day in sorted(days))}"]
    rest = folded[: match.start()] + " " + folded[match.end() :]
    until = _until(rest, now)
    if until is not None:
        rest = rest[: until[1]] + " " * (until[2] - until[1]) + rest[until[2] :]
    fields.extend(_hour(rest, now, match.group()))
    if until is not None:
        fields.append(f"UNTIL={until[0].isoformat()}")
    return [Entity("recurring", ";".join(fields), text[match.start() : match.end()], *match.span())]


# "Until the end of January", and nothing more: the end of what is spoken of.
_ONLY_UNTIL = later(
    r"[\s,.\uff0c\u3002!]*(?:ok(?:ay)?|and|just|only|please|or so|那|就|吧|为止|结束|有效|好了|[\s,.\uff0c\u3002!])*"
)


def read_until(text: str, now: datetime) -> dict[str, str]:
    """`until`: the last day, where a message says that and nothing else."""
    folded = fold(text[:60])
    found = _until(folded, now)
    if found is None or _FOR.search(folded) or not _ONLY_UNTIL.fullmatch(folded[: found[1]] + folded[found[2] :]):
        return {}
    return {"until": found[0].isoformat()}


def _days(folded: str) -> tuple[re.Match[str] | None, set[int]]:
    for match in _HAN.finditer(folded):
        return match, _han_days(match)
    for match in _EN.finditer(folded):
        days = _english_days(match)
        if days:
            return match, days
    return None, set()


def _han_days(match: re.Match[str]) -> set[int]:
    if match["all"]:
        return set(range(7))
    if match["work"]:
        return set(range(5))
    said = match["span"] or match["first"]
    days = [_HAN_DAY[char] for char in said if char in _HAN_DAY]
    if len(days) == 2 and re.search(r"[到至-]", said):
        return set(range(days[0], days[1] + 1))
    return {day for found in days for day in ((5, 6) if found == 7 else (found,))}


def _english_days(match: re.Match[str]) -> set[int]:
    if match["week"] or match["daily"]:
        word = (match["week"] or match["daily"]).rstrip("s")
        return {
            "weekday": set(range(5)),
            "working day": set(range(5)),
            "workday": set(range(5)),
            "weekend": {5, 6},
        }.get(word, set(range(7)))
    if match["from"]:
        first, last = (_EN_DAYS.index(match[name][:3]) for name in ("from", "to"))
        return set(range(first, last + 1))
    return {_EN_DAYS.index(word[:3]) for word in re.findall(_EN_DAY, match["days"] or match["many"])}


def _until(text: str, now: datetime) -> tuple[date, int, int] | None:
    """(the last day, its span with the word before it)."""
    for word in _UNTIL.finditer(text):
        fixed = _END_OF.match(text, word.end())
        if fixed is not None and (day := _end_of(fixed, now.date())) is not None:
            return day, word.start(), fixed.end()
        found = [e for e in find_times(text[word.end() : word.end() + 24], now) if isinstance(e.value, When)]
        if found and found[0].start <= 1 and isinstance(found[0].value, When) and not found[0].value.has_clock:
            start = found[0].value.start
            day = start.date() if isinstance(start, datetime) else start
            return day, word.start(), word.end() + found[0].end
    span = _FOR.search(text)
    if span is not None:
        return _after(span, now.date()), span.start(), span.end()
    return None


def _end_of(match: re.Match[str], today: date) -> date | None:
    which = next(name for name in ("year", "new", "xmas", "next", "month", "nextmonth", "named") if match[name])
    if which in ("year", "next"):
        return date(today.year + (which == "next"), 12, 31)
    if which == "new":
        return date(today.year + 1, 1, 1)
    if which == "xmas":
        return date(today.year + (today > date(today.year, 12, 25)), 12, 25)
    number = today.month + (which == "nextmonth")
    if which == "named":
        number = int(parse_number(match["n"]) or 0) if match["n"] else _month(match["word"])
    if not 1 <= number <= 13:
        return None
    year = today.year + (number < today.month or number == 13)
    number = (number - 1) % 12 + 1
    return date(year, number, monthrange(year, number)[1])


def _month(word: str) -> int:
    return _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else 0


def _after(match: re.Match[str], today: date) -> date:
    if match["unit"]:
        said, unit = match["n"], match["unit"]
        count = 1 if said == "半" else int(parse_number(said) or 1)
        days = {"月": 30, "年": 365}.get(unit, 7) * count
        return today + timedelta(days=days // 2 if said == "半" else days)
    count = int(match["en"]) if match["en"].isdigit() else english_number(match["en"]) or 1
    days = {"w": 7, "m": 30, "y": 365}[match["enunit"][0]]
    return today + timedelta(days=days * count)


def _hour(rest: str, now: datetime, days: str) -> list[str]:
    """The hour or the part of the day said beside the days."""
    for entity in find_times(rest, now):
        if isinstance(entity.value, When) and isinstance(entity.value.start, datetime):
            return [f"TIME={entity.value.start:%H:%M}"]
    bare = _BARE_HOUR.search(rest)
    if bare is not None:
        hour = int(parse_number(bare["han"]) or 0) if bare["han"] else _english_hour(bare["en"])
        # Nobody is expected at six in the morning unless they say so.
        late = 12 if 1 <= hour <= 6 and not _PARTS["morning"].search(rest + days) else 0
        half = 30 if bare["half"] else 0
        if 0 < hour + late < 24:
            return [f"TIME={hour + late:02d}:{half:02d}"]
    for part, pattern in _PARTS.items():
        if pattern.search(rest) or pattern.search(days):
            return [f"PART={part}"]
    return []


_BARE_HOUR = later(
    r"(?P<han>\d{1,2}|[一二两三四五六七八九十]{1,2})点(?P<half>半)?|\bat (?P<en>\d{1,2}|[a-z]{3,6})\b(?! the)"
)


def _english_hour(word: str) -> int:
    return int(word) if word.isdigit() else english_number(word) or 0


_PARTS = {
    "morning": later(r"早上|上午|早晨|每早|\bmornings?\b"),
    "noon": later(r"中午|\bnoon\b|lunch ?time"),
    "afternoon": later(r"下午|\bafternoons?\b"),
    "evening": later(r"晚|傍晚|\bevenings?\b"),
    "night": later(r"夜里|半夜|\bnights?\b"),
}
